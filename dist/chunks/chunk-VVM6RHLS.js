import{AssayError,randomUUID}from"./chunk-ZC5J4LBJ.js";var NAME=/^[A-Za-z_][A-Za-z0-9_-]*$/;function heredoc(name,value,draw=randomUUID){if(!NAME.test(name))throw new AssayError("INTERNAL",`"${name}" cannot be the name of an output`);let delimiter=`assay_${draw()}`;if(value.includes(delimiter))throw new AssayError("INTERNAL",`the value of "${name}" contains its delimiter`);return`${name}<<${delimiter}
${value}
${delimiter}
`}export{heredoc};

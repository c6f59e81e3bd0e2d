import{AssayError}from"./chunk-7WOB5TGZ.js";import{require_node_crypto}from"./chunk-7DG363RO.js";import{__toESM}from"./chunk-AQRZDYCR.js";var import_node_crypto=__toESM(require_node_crypto(),1);var NAME=/^[A-Za-z_][A-Za-z0-9_-]*$/;function heredoc(name,value,draw=import_node_crypto.randomUUID){if(!NAME.test(name))throw new AssayError("INTERNAL",`"${name}" cannot be the name of an output`);let delimiter=`assay_${draw()}`;if(value.includes(delimiter))throw new AssayError("INTERNAL",`the value of "${name}" contains its delimiter`);return`${name}<<${delimiter}
${value}
${delimiter}
`}export{heredoc};

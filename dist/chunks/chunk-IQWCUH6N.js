import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);const __filename=import.meta.filename,__dirname=import.meta.dirname;
import{AssayError}from"./chunk-WWTMWHZD.js";import{randomUUID}from"node:crypto";var NAME=/^[A-Za-z_][A-Za-z0-9_-]*$/;function heredoc(name,value,draw=randomUUID){if(!NAME.test(name))throw new AssayError("INTERNAL",`"${name}" cannot be the name of an output`);let delimiter=`assay_${draw()}`;if(value.includes(delimiter))throw new AssayError("INTERNAL",`the value of "${name}" contains its delimiter`);return`${name}<<${delimiter}
${value}
${delimiter}
`}export{heredoc};

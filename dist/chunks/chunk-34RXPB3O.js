import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);const __filename=import.meta.filename,__dirname=import.meta.dirname;
var SILENT={start:()=>({update:()=>{},end:()=>{}})};export{SILENT};

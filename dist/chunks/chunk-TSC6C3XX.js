import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);const __filename=import.meta.filename,__dirname=import.meta.dirname;
import{__commonJS}from"./chunk-WUBBRDOX.js";var require_process=__commonJS({"global:process"(exports,module){module.exports=process}});export{require_process};

import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);const __filename=import.meta.filename,__dirname=import.meta.dirname;
async function localValidator(){let{engineValidator}=await import("./engine-UKXH36TP.js");return engineValidator}export{localValidator};

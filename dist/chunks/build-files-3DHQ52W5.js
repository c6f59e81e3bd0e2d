import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);const __filename=import.meta.filename,__dirname=import.meta.dirname;
import{localBuildFiles}from"./chunk-DUIGWQSE.js";import"./chunk-LVXEG3OC.js";import"./chunk-WWTMWHZD.js";import"./chunk-WUBBRDOX.js";export{localBuildFiles};

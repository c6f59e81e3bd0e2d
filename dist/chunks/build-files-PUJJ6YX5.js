import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);const __filename=import.meta.filename,__dirname=import.meta.dirname;
import{localBuildFiles}from"./chunk-MYJLQSDC.js";import"./chunk-BP45W5P6.js";import"./chunk-LR2M4CBD.js";import"./chunk-WWTMWHZD.js";import"./chunk-WUBBRDOX.js";export{localBuildFiles};

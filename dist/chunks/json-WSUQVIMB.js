import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);const __filename=import.meta.filename,__dirname=import.meta.dirname;
import{renderJson}from"./chunk-BB23H6I2.js";import"./chunk-IFV7EJNZ.js";import"./chunk-WUBBRDOX.js";export{renderJson};

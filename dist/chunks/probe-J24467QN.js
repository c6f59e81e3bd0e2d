import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);const __filename=import.meta.filename,__dirname=import.meta.dirname;
import{unexplainedCalls,withProbe}from"./chunk-TMEJHJ6I.js";import"./chunk-WUBBRDOX.js";export{unexplainedCalls,withProbe};

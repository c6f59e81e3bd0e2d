import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);const __filename=import.meta.filename,__dirname=import.meta.dirname;
var EIGHTHS=["","▏","▎","▍","▌","▋","▊","▉"];function bar(part,whole,cells){let eighths=whole===0?0:Math.round(part/whole*cells*8);return"█".repeat(Math.floor(eighths/8))+(EIGHTHS[eighths%8]??"")}export{bar};

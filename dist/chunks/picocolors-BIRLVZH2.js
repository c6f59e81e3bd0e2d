import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);const __filename=import.meta.filename,__dirname=import.meta.dirname;
import{require_picocolors}from"./chunk-H373LDWE.js";import"./chunk-WUBBRDOX.js";export default require_picocolors();

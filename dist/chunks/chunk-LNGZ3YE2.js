import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);const __filename=import.meta.filename,__dirname=import.meta.dirname;
import{EXIT}from"./chunk-WWTMWHZD.js";var EXITS={approve:EXIT.ok,flag:EXIT.flagged,reject:EXIT.rejected};function verdictExit(verdict){return EXITS[verdict.decision.outcome]}export{verdictExit};

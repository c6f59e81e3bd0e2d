import{explainRule}from"./chunk-ERHNOXV4.js";import"./chunk-MJHCC2ZN.js";import"./chunk-4M3ZNKDN.js";import"./chunk-VEIMYDTC.js";import"./chunk-AQRZDYCR.js";export{explainRule};

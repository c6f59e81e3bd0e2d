import{explainRule}from"./chunk-37X5RSQ6.js";import"./chunk-DAVTEOLB.js";import"./chunk-7WOB5TGZ.js";import"./chunk-7DG363RO.js";import"./chunk-AQRZDYCR.js";export{explainRule};

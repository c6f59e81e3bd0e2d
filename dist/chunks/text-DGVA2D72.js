import{renderText}from"./chunk-ZOACA3ND.js";import"./chunk-7WOB5TGZ.js";import"./chunk-7DG363RO.js";import"./chunk-AQRZDYCR.js";export{renderText};

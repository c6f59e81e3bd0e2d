import{renderJson}from"./chunk-WHLH6J4U.js";import"./chunk-7WOB5TGZ.js";import"./chunk-7DG363RO.js";import"./chunk-AQRZDYCR.js";export{renderJson};

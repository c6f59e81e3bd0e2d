import{unexplainedCalls,withProbe}from"./chunk-YDYYKA6J.js";import"./chunk-7WOB5TGZ.js";import"./chunk-7DG363RO.js";import"./chunk-AQRZDYCR.js";export{unexplainedCalls,withProbe};

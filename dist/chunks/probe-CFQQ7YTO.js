import{unexplainedCalls,withProbe}from"./chunk-YDYYKA6J.js";import"./chunk-MU7DAL74.js";import"./chunk-AQRZDYCR.js";export{unexplainedCalls,withProbe};

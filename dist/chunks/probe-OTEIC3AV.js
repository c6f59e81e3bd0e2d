import{unexplainedCalls,withProbe}from"./chunk-YDYYKA6J.js";import"./chunk-A5IYW6XY.js";import"./chunk-AQRZDYCR.js";export{unexplainedCalls,withProbe};

import{unexplainedCalls,withProbe}from"./chunk-YDYYKA6J.js";import"./chunk-BMT723Y5.js";import"./chunk-AQRZDYCR.js";export{unexplainedCalls,withProbe};

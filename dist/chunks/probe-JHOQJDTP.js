import{unexplainedCalls,withProbe}from"./chunk-YDYYKA6J.js";import"./chunk-ZC5J4LBJ.js";import"./chunk-AQRZDYCR.js";export{unexplainedCalls,withProbe};

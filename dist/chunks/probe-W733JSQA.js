import{unexplainedCalls,withProbe}from"./chunk-YDYYKA6J.js";import"./chunk-4M3ZNKDN.js";import"./chunk-VEIMYDTC.js";import"./chunk-AQRZDYCR.js";export{unexplainedCalls,withProbe};

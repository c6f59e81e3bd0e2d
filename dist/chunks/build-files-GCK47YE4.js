import{localBuildFiles}from"./chunk-5MRZKM6P.js";import"./chunk-4M3ZNKDN.js";import"./chunk-VEIMYDTC.js";import"./chunk-AQRZDYCR.js";export{localBuildFiles};

import{renderText}from"./chunk-YVUKLYDP.js";import"./chunk-4M3ZNKDN.js";import"./chunk-VEIMYDTC.js";import"./chunk-AQRZDYCR.js";export{renderText};

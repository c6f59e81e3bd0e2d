import{renderHtml}from"./chunk-NHFXLYON.js";import"./chunk-4M3ZNKDN.js";import"./chunk-VEIMYDTC.js";import"./chunk-AQRZDYCR.js";export{renderHtml};

import{AssayError}from"./chunk-ZC5J4LBJ.js";function toolchainMissing({missing,hint}){return new AssayError("TOOLCHAIN_MISSING",`${missing} is missing`,{hint})}export{toolchainMissing};

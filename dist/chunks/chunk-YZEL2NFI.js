import{AssayError}from"./chunk-A5IYW6XY.js";function toolchainMissing({missing,hint}){return new AssayError("TOOLCHAIN_MISSING",`${missing} is missing`,{hint})}export{toolchainMissing};

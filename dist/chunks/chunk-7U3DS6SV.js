import{AssayError}from"./chunk-BMT723Y5.js";function toolchainMissing({missing,hint}){return new AssayError("TOOLCHAIN_MISSING",`${missing} is missing`,{hint})}export{toolchainMissing};

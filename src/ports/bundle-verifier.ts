export type { BundleVerifier, VerifiedBundle } from '#model/verified-bundle';

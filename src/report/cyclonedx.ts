import type { AuditReport, Dependency } from '#model/audit-report';
import { hexOf } from '#model/digest';
import { TOOLKIT } from '#model/toolkit';

/** What the module is called in its bill of materials. */
export interface Subject {
  readonly name: string;
  readonly version?: string;
}

const PURL_TYPES: Readonly<Record<string, string>> = { 'crates.io': 'cargo', Go: 'golang', npm: 'npm', PyPI: 'pypi' };

/**
 * A CycloneDX 1.6 bill of materials of one artifact: the libraries that its bytes name, each with what says so. Equal
 * reports give equal bytes: the serial number comes from the artifact's digest and there is no timestamp.
 */
export function renderCycloneDx(report: AuditReport, subject: Subject): string {
  const { digest } = report.subject;
  const root = `artifact:${digest}`;
  const components = (report.dependencies ?? []).map(component);
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(hexOf(digest))}`,
    version: 1,
    metadata: {
      tools: { components: [{ type: 'application', name: TOOLKIT.name, version: TOOLKIT.version }] },
      component: {
        type: 'library',
        'bom-ref': root,
        name: subject.name,
        ...(subject.version === undefined ? {} : { version: subject.version }),
        hashes: [{ alg: 'SHA-256', content: hexOf(digest) }],
      },
    },
    components,
    dependencies: [
      { ref: root, dependsOn: components.map((item) => item['bom-ref']) },
      ...components.map((item) => ({ ref: item['bom-ref'], dependsOn: [] })),
    ],
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function component({ ecosystem, name, version, evidence }: Dependency) {
  const type = PURL_TYPES[ecosystem] ?? 'generic';
  const path = name.split('/').map(encodeURIComponent).join('/');
  const tag = type === 'golang' && name !== 'stdlib' ? `v${version}` : version;
  const purl = `pkg:${type}/${path}@${encodeURIComponent(tag)}`;
  const [technique, confidence] = evidence === 'declared' ? ['manifest-analysis', 1] : ['binary-analysis', 0.7];
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    evidence: { identity: [{ field: 'purl', confidence, methods: [{ technique, confidence }] }] },
  };
}

/** A UUID of version 8 (RFC 9562: the writer's own bits) from the first half of a digest. */
function uuidOf(hex: string): string {
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`;
}

import { expect, test } from 'vitest';
import { canonical } from './canonical.ts';
import { withDefaults } from './defaults.ts';
import { Entries } from './entries.ts';
import { mapping } from './node.ts';
import { entryOf, toPlain } from './tree.ts';
import { parseYaml } from './yaml.ts';

function read(port: string): unknown {
  const [document] = parseYaml(`services: {s: {ports: [${port}]}}`, 'f.yaml');
  const model =
    document?.kind === 'mapping' ? document : mapping(new Entries(), { source: { file: '', text: '' }, offset: 0 });
  const ports = entryOf(entryOf(entryOf(withDefaults(canonical(model), base), 'services'), 's'), 'ports');
  return ports && toPlain(ports);
}

const base = { directory: '/app', home: undefined, environment: new Map(), compat: '2.40' } as const;

const tcp = { mode: 'ingress', protocol: 'tcp' };

test.each([
  ['80', [{ ...tcp, target: 80 }]],
  ['"8080:80"', [{ ...tcp, target: 80, published: '8080' }]],
  ['22:22', [{ ...tcp, target: 22, published: '22' }]],
  ['"53:53/udp"', [{ ...tcp, target: 53, published: '53', protocol: 'udp' }]],
  ['"127.0.0.1::80"', [{ ...tcp, target: 80, host_ip: '127.0.0.1' }]],
  ['"[::1]:81:80"', [{ ...tcp, target: 80, published: '81', host_ip: '::1' }]],
  [
    '"90-91:80-81"',
    [
      { ...tcp, target: 80, published: '90' },
      { ...tcp, target: 81, published: '91' },
    ],
  ],
  // Compose sorts them as text.
  [
    '"9-10"',
    [
      { ...tcp, target: 10 },
      { ...tcp, target: 9 },
    ],
  ],
  ['"90-95:80"', [{ ...tcp, target: 80, published: '90-95' }]],
  ['"90-95-a/b:80-80-7"', [{ ...tcp, target: 80, published: '90-95' }]],
  ['{target: 80, published: 81, mode: host}', [{ ...tcp, target: 80, published: '81', mode: 'host' }]],
])('writes %s out', (port, long) => {
  expect(read(port)).toEqual(long);
});

test.each([
  ['":"', 'is not HOST_IP:PUBLISHED:TARGET/PROTOCOL'],
  ['"80/web"', 'has the protocol "web", which is none'],
  ['"::1:81:80"', 'is not HOST_IP:PUBLISHED:TARGET/PROTOCOL'],
  ['80.5', 'must be a string or an integer'],
  ['"8//0:80"', 'is not HOST_IP:PUBLISHED:TARGET/PROTOCOL'],
  ['"-1:80"', 'is not HOST_IP:PUBLISHED:TARGET/PROTOCOL'],
  ['"web:80"', 'is not HOST_IP:PUBLISHED:TARGET/PROTOCOL'],
  ['{target: 80, host_ip: localhost}', 'has a host address that is not an IP address'],
  ['"localhost:80:80"', 'has a host address that is not an IP address'],
  ['"90-80"', 'has a port range that is not one'],
  ['"70000:80"', 'has a port range that is not one'],
  ['"90-92:80-81"', 'maps 3 ports to 2'],
])('refuses %s', (port, message) => {
  expect(() => read(port)).toThrow(`services.s.ports.0 ${message}.`);
});

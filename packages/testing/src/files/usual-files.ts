import { type FileNode, makeDevice, makeDirectory, makeFile, makeLink } from './file-node.ts';

/**
 * What is in every container of the fake below its image's own layers: the folders of a Linux system, and a busybox.
 *
 * @param applets  programs of `/bin`
 */
export function usualFiles(applets: readonly string[]): FileNode {
  const busybox = makeFile('#!fake-busybox\n', { mode: 0o755 });
  const links = applets.map((name): [string, FileNode] => [name, makeLink('/bin/busybox')]);
  return makeDirectory([
    ['.dockerenv', makeFile('', { mode: 0o755 })],
    ['bin', makeDirectory([...links, ['busybox', busybox]])],
    ['dev', makeDirectory([['null', makeDevice()]])],
    [
      'etc',
      makeDirectory([
        ['hostname', makeFile('')],
        ['hosts', makeFile('')],
        ['resolv.conf', makeFile('')],
        ['mtab', makeLink('/proc/mounts')],
        ['group', makeFile('root:x:0:\nwww-data:x:33:\nnogroup:x:65534:\n')],
        ['passwd', makeFile(passwd)],
      ]),
    ],
    ['home', makeDirectory()],
    ['proc', makeDirectory()],
    ['root', makeDirectory([], 0o700)],
    ['sys', makeDirectory()],
    ['tmp', makeDirectory([], 0o1777)],
    ['usr', makeDirectory([['bin', makeDirectory([['env', makeLink('/bin/busybox')]])]])],
    ['var', makeDirectory([['log', makeDirectory()]])],
  ]);
}

const passwd = `root:x:0:0:root:/root:/bin/sh
www-data:x:33:33:www-data:/var/www:/bin/false
nobody:x:65534:65534:nobody:/home:/bin/false
`;

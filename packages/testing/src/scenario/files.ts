import { act, create, get, head, post, type RequestStep, type Scenario } from '../conformance/scenario.ts';
import { makeFile } from '../files/file-node.ts';
import { writeTar } from '../files/tar.ts';

const archive = (path: string, content: string): Buffer => writeTar([{ ...makeFile(content), path }]);
const put = (name: string, path: string, body: unknown, query = ''): RequestStep => ({
  ...post(`/containers/${name}/archive?path=${path}${query}`, body, {
    headers: { 'Content-Type': 'application/x-tar' },
  }),
  method: 'PUT',
});

export const fileScenarios: readonly Scenario[] = [
  {
    name: 'archive',
    images: { 'archive/web:1': { command: ['/bin/sleep', '3600'] } },
    steps: [
      create('archive.web', 'archive/web:1'),
      act('archive.web', 'start'),
      head('/containers/archive.web/archive?path=/tmp'),
      head('/containers/archive.web/archive?path=/tmp/none'),
      put('archive.web', '/tmp', archive('hello', 'world\n')),
      head('/containers/archive.web/archive?path=/tmp/hello'),
      get('/containers/archive.web/archive?path=/tmp/hello'),
      get('/containers/archive.web/archive?path=/tmp'),
      get('/containers/archive.web/archive?path=/tmp/none'),
      get('/containers/archive.web/archive'),
      put('archive.web', '/tmp/none', archive('hello', 'world\n')),
      put('archive.web', '/tmp/hello', archive('hello', 'world\n')),
      put('archive.web', '/tmp', 'no archive'),
      get('/containers/archive.web/changes'),
      get('/containers/archive.none/archive?path=/tmp'),
      get('/containers/archive.none/changes'),
      act('archive.web', 'kill'),
      put('archive.web', '/tmp', archive('stopped', 'too\n')),
      get('/containers/archive.web/archive?path=/tmp/stopped'),
    ],
  },
];

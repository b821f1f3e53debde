import { request } from 'node:http';

/** One request to an engine. */
export function ask(socketPath, method, path) {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, method, path, agent: false }, async answer => {
      let body = '';
      for await (const text of answer.setEncoding('utf8')) body += text;
      resolve({ status: answer.statusCode, body });
    });
    sent.on('error', reject).end();
  });
}

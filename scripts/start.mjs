// npm start: with arguments the server on a real engine, as “gopdater serve” has them; without, an example project on
// the embedded engine.
// npm runs this in the repository, whatever directory the person is in.
if (process.env.INIT_CWD) {
  process.chdir(process.env.INIT_CWD);
  process.env.PWD = process.env.INIT_CWD;
}
if (process.argv.length > 2) await import('../packages/server/dist/bin.js');
else await import('./example.mjs');

// npm start: with arguments the server on a real engine, as “gopdater serve” has them; without, an example project on
// the embedded engine.
if (process.argv.length > 2) await import('../packages/server/dist/bin.js');
else await import('./example.mjs');

import { objectOf, textOf } from '../json.ts';
import type { UnfinishedMoves } from '../plan/unfinished-moves.ts';
import type { Database } from './database.ts';
import type { Writer } from './group-commit.ts';

/** Two tables: `moves` has a row for each service on its way, `move_variables` one more where its tag moves by a variable. */
export function createSqliteMoves(database: Database, { write }: Pick<Writer, 'write'>): UnfinishedMoves {
  const begin = database.prepare(
    `INSERT INTO moves VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET image = excluded.image,
      digest = excluded.digest, old_image_id = excluded.old_image_id, replicas = excluded.replicas`,
  );
  const keepVariable = database.prepare('INSERT INTO move_variables VALUES (?, ?, ?, ?, ?)');
  const end = database.prepare('DELETE FROM moves WHERE project = ? AND service = ?');
  const forgetVariable = database.prepare('DELETE FROM move_variables WHERE project = ? AND service = ?');
  const list = database.prepare(
    'SELECT * FROM moves LEFT JOIN move_variables USING (project, service) ORDER BY moves.rowid',
  );
  return {
    begin: async ({ project, service, image, digest, oldImageId, replicas, variable }) => {
      await write(() => {
        begin.run(project, service, image, digest, oldImageId, replicas);
        forgetVariable.run(project, service);
        if (variable !== undefined) keepVariable.run(project, service, variable.file, variable.name, variable.value);
      });
    },
    end: async ({ project, service }) => {
      await write(() => {
        end.run(project, service);
        forgetVariable.run(project, service);
      });
    },
    list: async () =>
      list.all().map(row => {
        const { project, service, image, digest, old_image_id, replicas, file, name, old_value } = objectOf(row);
        return {
          project: text(project),
          service: text(service),
          image: text(image),
          digest: text(digest),
          oldImageId: text(old_image_id),
          replicas: Number(replicas),
          ...(textOf(file) !== undefined && {
            variable: { file: text(file), name: text(name), value: text(old_value) },
          }),
        };
      }),
  };
}

function text(value: unknown): string {
  return textOf(value) ?? '';
}

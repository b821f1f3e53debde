import { formatReference, parseReference } from '../image/reference.ts';
import { objectOf } from '../json.ts';
import { type Deliveries, rememberedMs } from '../webhook/deliveries.ts';
import type { Database } from './database.ts';
import type { Writer } from './group-commit.ts';

/** Two tables: `pending_pushes` has a row for each image that waits, `sender_ids` what was seen of senders. */
export function createSqliteDeliveries(
  database: Database,
  { write, maxPending }: Pick<Writer, 'write'> & { readonly maxPending: number },
): Deliveries {
  const forget = database.prepare('DELETE FROM sender_ids WHERE at < ?');
  const remember = database.prepare('INSERT OR IGNORE INTO sender_ids VALUES (?, ?)');
  const count = database.prepare('SELECT count(*) AS n FROM pending_pushes');
  const has = database.prepare('SELECT 1 FROM pending_pushes WHERE image = ?');
  const add = database.prepare(
    `INSERT INTO pending_pushes VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET delivery_id = excluded.delivery_id`,
  );
  const remove = database.prepare('DELETE FROM pending_pushes WHERE image = ? AND delivery_id = ?');
  const list = database.prepare('SELECT image, delivery_id FROM pending_pushes ORDER BY accepted_at, rowid');
  return {
    accept: async ({ deliveryId, senderId, images, receivedAt }) =>
      await write(() => {
        const names = images.map(formatReference);
        const more = names.filter(name => has.get(name) === undefined).length;
        if (more > 0 && Number(objectOf(count.get()).n) + more > maxPending) return 'full';
        if (senderId !== undefined) {
          forget.run(receivedAt - rememberedMs);
          if (remember.run(senderId, receivedAt).changes === 0) return 'duplicate';
        }
        for (const name of names) add.run(name, deliveryId, receivedAt);
        return 'accepted';
      }),
    settle: async ({ deliveryId, image }) => {
      await write(() => remove.run(formatReference(image), deliveryId));
    },
    pending: async () =>
      list.all().map(row => {
        const { image, delivery_id } = objectOf(row);
        return { deliveryId: String(delivery_id), image: parseReference(String(image)) };
      }),
  };
}

import { formatReference, parseReference } from '../image/reference.ts';
import { objectOf } from '../json.ts';
import { type Acceptance, type Deliveries, type Delivery, rememberedMs } from '../webhook/deliveries.ts';
import type { Database } from './database.ts';
import type { Writer } from './group-commit.ts';

/**
 * Two tables: `pending_pushes` has a row for each image that waits, `sender_ids` what was seen of senders. Deliveries that
 * share a commit are looked at in turn; of each of their images one row is written.
 */
export function createSqliteDeliveries(
  database: Database,
  { write, batch, maxPending }: Pick<Writer, 'write' | 'batch'> & { readonly maxPending: number },
): Deliveries {
  const forget = database.prepare('DELETE FROM sender_ids WHERE at < ?');
  const remember = database.prepare(
    `INSERT INTO sender_ids VALUES (?, ?) ON CONFLICT DO UPDATE SET at = excluded.at WHERE at < excluded.at - ${rememberedMs}`,
  );
  const count = database.prepare('SELECT count(*) AS n FROM pending_pushes');
  const has = database.prepare('SELECT 1 FROM pending_pushes WHERE image = ?');
  const add = database.prepare(
    `INSERT INTO pending_pushes VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET delivery_id = excluded.delivery_id`,
  );
  const remove = database.prepare('DELETE FROM pending_pushes WHERE image = ? AND delivery_id = ?');
  const list = database.prepare('SELECT image, delivery_id FROM pending_pushes ORDER BY accepted_at, rowid');

  const acceptAll = (deliveries: readonly Delivery[]): readonly Acceptance[] => {
    const kept = new Map<string, { readonly deliveryId: string; readonly acceptedAt: number }>();
    let added = 0;
    const accept = ({ deliveryId, senderId, images, receivedAt }: Delivery): Acceptance => {
      const names = images.map(formatReference);
      const more = names.filter(name => !kept.has(name) && has.get(name) === undefined).length;
      if (more > 0 && Number(objectOf(count.get()).n) + added + more > maxPending) return 'full';
      if (senderId !== undefined && remember.run(senderId, receivedAt).changes === 0) return 'duplicate';
      added += more;
      for (const name of names) kept.set(name, { deliveryId, acceptedAt: kept.get(name)?.acceptedAt ?? receivedAt });
      return 'accepted';
    };
    const acceptances = deliveries.map(accept);
    for (const [name, { deliveryId, acceptedAt }] of kept) add.run(name, deliveryId, acceptedAt);
    forget.run(Math.max(...deliveries.map(({ receivedAt }) => receivedAt)) - rememberedMs);
    return acceptances;
  };
  const begin = () => {
    const deliveries: Delivery[] = [];
    return { deliveries, accepted: write(() => acceptAll(deliveries)), batch: batch() };
  };
  let last: ReturnType<typeof begin> | undefined;
  return {
    accept: async delivery => {
      if (last === undefined || last.batch !== batch()) last = begin();
      const index = last.deliveries.push(delivery) - 1;
      return (await last.accepted)[index] ?? 'full';
    },
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

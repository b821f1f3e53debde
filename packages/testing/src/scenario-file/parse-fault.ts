import type { Fault, FaultMoment, RestartOptions } from '../docker/faults.ts';
import type { NamedFault } from '../docker/named-faults.ts';
import { given } from './given.ts';
import type { Fields, Place } from './place.ts';
import type { ScenarioFault } from './scenario.ts';

const effects = ['status', 'drop', 'hang', 'slowMs', 'restart', 'error'] as const;
type Effect = (typeof effects)[number];

/** What can be said of each. */
const details: Readonly<Record<Effect, readonly string[]>> = {
  status: ['message'],
  drop: ['when', 'afterLines'],
  hang: ['when'],
  slowMs: [],
  restart: ['when'],
  error: ['afterLines'],
};

/** One fault: by its name (`kind`), or at requests (`at`). */
export function parseFault(place: Place): ScenarioFault {
  if (typeof place.value === 'object' && place.value !== null && 'kind' in place.value) {
    return { named: parseNamedFault(place) };
  }
  const common = ['at', 'times', 'skip'];
  const all = place.fields([...common, ...effects, ...Object.values(details).flat()]);
  const [effect, second] = effects.filter(name => all[name]);
  if (effect === undefined || second !== undefined) {
    return place.fail(`needs a kind, or an “at” with one of ${effects.join(', ')}.`);
  }
  const fields = place.fields([...common, effect, ...details[effect]]);
  const at = place.needed(fields, 'at');
  if (!/^([A-Z]+|\*) (\/|\*\*)/.test(at.string()))
    at.fail('needs a method and a path, such as “POST /containers/*/start”.');
  const options = given({ times: fields.times?.integer(), skip: fields.skip?.integer() });
  return { at: at.string(), fault: parseEffect(place, fields, effect), options };
}

function parseEffect(place: Place, fields: Fields, effect: Effect): Fault {
  const own = place.needed(fields, effect);
  const when = fields.when?.oneOf<FaultMoment>(['before', 'after']);
  const afterLines = fields.afterLines?.integer();
  switch (effect) {
    case 'status':
      return { status: own.integer(), ...given({ message: fields.message?.string() }) };
    case 'drop':
      isTrue(own);
      if (when !== undefined && afterLines !== undefined) place.fail('needs “when” or “afterLines”, not both.');
      return afterLines === undefined ? { drop: true, ...given({ when }) } : { drop: true, afterLines };
    case 'hang':
      isTrue(own);
      return { hang: true, ...given({ when }) };
    case 'slowMs':
      return { slowMs: own.milliseconds() };
    case 'restart':
      return { restart: parseRestart(own, own.fields(['awayMs', 'liveRestore'])), ...given({ when }) };
    case 'error':
      return { error: own.string(), afterLines: afterLines ?? 1 };
  }
}

function isTrue(place: Place): void {
  if (!place.boolean()) place.fail('can only be true; leave the fault out instead.');
}

function parseRestart(place: Place, fields: Fields): RestartOptions {
  const awayMs = place.needed(fields, 'awayMs').milliseconds();
  return { awayMs, ...given({ liveRestore: fields.liveRestore?.boolean() }) };
}

const kinds: Readonly<Record<NamedFault['kind'], readonly string[]>> = {
  'registry-down': ['forMs'],
  'rate-limit': ['retryAfterSeconds', 'times'],
  'auth-required': ['username', 'password'],
  'auth-refused': ['times'],
  'pull-error': ['afterLines', 'message'],
  'events-cut': [],
  'daemon-restart': ['awayMs', 'liveRestore'],
};

function parseNamedFault(place: Place): NamedFault {
  const { kind: named } = place.fields(['kind', ...new Set(Object.values(kinds).flat())]);
  const kind = named?.oneOf(Object.keys(kinds) as NamedFault['kind'][]) ?? place.fail('needs a kind.');
  const fields = place.fields(['kind', ...kinds[kind]]);
  const times = fields.times?.integer();
  switch (kind) {
    case 'registry-down':
      return { kind, ...given({ forMs: fields.forMs?.milliseconds() }) };
    case 'rate-limit':
      return { kind, ...given({ times, retryAfterSeconds: fields.retryAfterSeconds?.integer() }) };
    case 'auth-required': {
      const [username, password] = ['username', 'password'].map(name => place.needed(fields, name).string());
      return { kind, username: username ?? '', password: password ?? '' };
    }
    case 'auth-refused':
      return { kind, ...given({ times }) };
    case 'pull-error':
      return {
        kind,
        ...given({ afterLines: fields.afterLines?.integer(), message: fields.message?.string() }),
      };
    case 'events-cut':
      return { kind };
    case 'daemon-restart':
      return { kind, ...parseRestart(place, fields) };
  }
}

// A small machine inside the machine: its own network, mounts and processes, so engines do not meet each other
// (docker0, iptables, /run) and all that one started ends with it.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { busybox } from './host.mjs';
import { ended, lastLines, run } from './run.mjs';

/**
 * Starts the namespaces and enters them on demand.
 *
 * Their first process reads our pipe: it ends when we close it, and also when we are killed. The kernel then ends every
 * process inside, and mounts and network go with the last of them.
 *
 * @param {{ init: string, memory: string, signal: AbortSignal }} options
 *   init: a program that adopts orphans, as pid 1
 *   memory: a folder whose files are to be kept in memory, and seen inside only
 */
export async function createNamespace({ init, memory, signal }) {
  const holder = spawn(
    'unshare',
    [
      ...['--net', '--mount', '--pid', '--uts', '--ipc', '--propagation', 'private', '--mount-proc'],
      ...['--fork', '--kill-child', '--', init, '-s', '--', '/bin/sh', '-c', setUp, memory],
    ],
    // Not in our process group: Ctrl-C is for us to handle.
    { detached: true, stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const gone = ended(holder);
  const close = async () => {
    holder.stdin.end();
    const timer = setTimeout(() => holder.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(timer);
  };

  let stderr = '';
  holder.stderr.on('data', text => {
    stderr += text;
  });
  try {
    await Promise.race([
      new Promise(resolve => holder.stdout.once('data', resolve)),
      gone.then(({ code }) => {
        throw new Error(`The namespaces could not be made (unshare ended with ${code})\n${lastLines(stderr)}`);
      }),
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true })),
    ]);
  } catch (error) {
    await close();
    throw error;
  }

  // Entering by nsenter, not `ip netns exec`: that one mounts a fresh /sys, without its cgroups.
  const namespaces = ['--net', '--mount', '--uts', '--ipc', `--pid=/proc/${holder.pid}/ns/pid_for_children`];
  const goThere = ['/bin/sh', '-c', 'cd "$0" && exec "$@"'];
  const enter = (command, args) => [
    'nsenter',
    [`--target=${holder.pid}`, '--root', ...namespaces, '--', ...goThere, process.cwd(), command, ...args],
  ];
  return {
    enter,
    run: (command, args, options = {}) => {
      const step = options.step ?? `${command} ${args[0] ?? ''}`;
      return run(...enter(command, args), { ...options, step });
    },
    close,
  };
}

// /sys shows the network of whoever mounted it, so it is mounted anew; the cgroups on it move along.
const setUp = [
  'mount -t tmpfs -o mode=755 tmpfs /run',
  'mount -t tmpfs -o mode=711 tmpfs "$0"',
  'mkdir /run/cgroup',
  'mount --rbind /sys/fs/cgroup /run/cgroup',
  'mount -t sysfs sysfs /sys',
  'mount --move /run/cgroup /sys/fs/cgroup',
  'rmdir /run/cgroup',
  'ip link set lo up',
  'echo ready',
  `exec ${busybox} cat`,
].join(' && ');

/** When a process started, in ticks since boot; undefined if it is gone. With the pid it names one process for good. */
export function startTime(pid) {
  try {
    const stat = readFileSync(join('/proc', String(pid), 'stat'), 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/** A gateway that is killed: starts one server in a sandbox, says so, and waits. Run with the name the server's command line carries. */
import { SandboxWorld } from './world.ts';

const world = new SandboxWorld();
const [, , marker = ''] = process.argv;
// It tries to stay when its gateway goes, and so does its child.
const server = await world.start({
  command: '/usr/bin/perl',
  args: [
    '-e',
    `syscall(157, 1, 0); syscall(157, 1, 17); $SIG{$_} = 'IGNORE' for qw(HUP TERM INT PIPE); fork(); fork(); $| = 1; print "up\n"; sleep 100 while 1`,
    marker,
  ],
});
for await (const _chunk of server.output) {
  process.stdout.write(`${world.folder}\n`);
  break;
}
setInterval(() => undefined, 1_000);

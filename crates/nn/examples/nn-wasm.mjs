// Images a second in wasm, under node: `node nn-wasm.mjs FILE [SECONDS] [WHAT] [IMAGES]`, WHAT being
// the training `step`, or `koch`, `compact` or `conv4` on so many images at once.
import { readFile } from 'node:fs/promises';

const [file, seconds = '5', what = 'step', images = '1'] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(await readFile(file), {});
const step = () => instance.exports[what](Number(images));
// The engine's compiler needs a few steps until all is optimised.
const until = performance.now() + 2000;
while (performance.now() < until) step();
const times = [];
const before = process.cpuUsage();
let done = 0;
const end = performance.now() + 1000 * Number(seconds);
while (performance.now() < end) {
    const start = performance.now();
    const count = step();
    times.push((performance.now() - start) / count);
    done += count;
}
times.sort((a, b) => a - b);
const rate = (at) => (1000 / times[Math.floor(at * times.length)]).toFixed(0);
// Other processes on the cores slow the clock's rate down, and hardly that of processor time.
const { user, system } = process.cpuUsage(before);
const processor = ((1e6 * done) / (user + system)).toFixed(0);
console.log(`images/s: median ${rate(0.5)}, best ${rate(0)}, of processor time ${processor}`);

/** Loaded into a process before all else: leaves the most memory that it had, in bytes, in a file at its end. */
import { writeFileSync } from 'node:fs'
import { peakBytes } from './memory.js'

const file = process.env.BENCH_PEAK_FILE
process.on('exit', () => writeFileSync(file, String(peakBytes())))

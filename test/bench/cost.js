/** Loaded into a process before all else: leaves in a file, at its end, what the process took. */
import { writeFileSync } from 'node:fs'
import { peakBytes } from './memory.js'

const file = process.env.BENCH_COST_FILE
process.on('exit', () => {
  const { user, system } = process.cpuUsage()
  writeFileSync(file, JSON.stringify({ peakBytes: peakBytes(), cpuMs: (user + system) / 1000 }))
})

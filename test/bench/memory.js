import { existsSync, readFileSync } from 'node:fs'

const STATUS = '/proc/self/status'

/**
 * The most memory that this process had, in bytes. What getrusage tells on Linux is at least what the parent had when it
 * started this one; the kernel's own high-water mark is not.
 */
export function peakBytes() {
  const [, kilobytes] = (existsSync(STATUS) && /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(STATUS, 'utf8'))) || []
  return 1024 * Number(kilobytes ?? process.resourceUsage().maxRSS)
}

/**
 * Loaded before the program, it ends it as `kill -9` does while it writes a pack: `KILL_IN_PACK` says in which, and when. A
 * signal from outside would fall between writes nearly always.
 */
const files = require('node:fs/promises')
const { syncBuiltinESMExports } = require('node:module')

const [most, when] = (process.env.KILL_IN_PACK ?? '').split(' ')
const die = () => process.kill(process.pid, 'SIGKILL')
let packs = 0

const { open, rename } = files
files.open = async (path, ...others) => {
  const file = await open(path, ...others)
  if (!/\.tally\.\w+$/.test(String(path)) || ++packs < Number(most)) return file
  if (when === 'opened') die()
  if (when === 'half')
    file.writeFile = async (bytes) => {
      await file.write(bytes, 0, Math.floor(bytes.length / 2))
      die()
    }
  return file
}
files.rename = async (from, to) => {
  if (packs === Number(most) && when === 'written') die()
  await rename(from, to)
  if (packs === Number(most) && when === 'renamed') die()
}
syncBuiltinESMExports()

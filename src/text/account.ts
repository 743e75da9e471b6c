import { plain } from './escape.ts'

/** "111122223333 (prod)": an account by its id, and by its name where it has another. Names are anybody's: they are shown as plain text. */
export function accountLabel({ id, name }: { id: string; name?: string | undefined }): string {
  return name && name !== id ? `${id} (${plain(name)})` : id
}

const BLOCK = 32_768;
const HEADER = 7;

/**
 * Whether a write-ahead log of LevelDB is whole. LevelDB leaves out what it cannot read there and says nothing; a
 * journal must not forget. An end that was cut off while it was written is no damage: nobody was told it was kept.
 * The format: https://github.com/google/leveldb/blob/main/doc/log_format.md
 */
export function isWholeLog(log: Buffer): boolean {
  let at = 0;
  while (at + HEADER <= log.length) {
    const left = BLOCK - (at % BLOCK);
    if (left < HEADER) {
      at += left;
      continue;
    }
    const length = log.readUInt16LE(at + 4);
    const end = at + HEADER + length;
    if (end > log.length) return true;
    if (HEADER + length > left || unmask(log.readUInt32LE(at)) !== crc32c(log.subarray(at + 6, end))) {
      // Room that was set aside for the log and never written to is zeros up to its end.
      return log.subarray(at).every((byte) => byte === 0);
    }
    at = end;
  }
  return true;
}

/** LevelDB keeps checksums rotated and offset. */
function unmask(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

function crc32c(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] as number);
  return (crc ^ 0xffffffff) >>> 0;
}

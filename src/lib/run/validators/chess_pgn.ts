import { Chess } from 'chess.js';

const template = /^1\. (\S+) (\S+) 2\. (\S+) (\S+) 3\. (\S+) (\S+)$/;

/**
 * `1. W B 2. W B 3. W B`: three moves of each side from the initial position, each legal and written
 * as standard algebraic notation writes it, check marks included.
 * Returns null if the line is right, else the reason.
 */
export function validate(line: string): string | null {
  const moves = template.exec(line)?.slice(1);
  if (!moves) return 'Not of the form 1. W B 2. W B 3. W B.';
  const game = new Chess();
  for (const [ply, move] of moves.entries()) {
    if (!game.moves().includes(move)) {
      const side = ply % 2 === 0 ? 'White' : 'Black';
      return `${move} is not a legal move of ${side} at move ${Math.floor(ply / 2) + 1}.`;
    }
    game.move(move);
  }
  return null;
}

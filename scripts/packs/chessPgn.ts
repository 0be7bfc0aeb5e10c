/** A first pair of moves; each second pair after it; the third pairs after that. */
type Family = { first: string; then: Record<string, string> };

const families: Record<string, Family> = {
  openGames: {
    first: 'e4 e5',
    then: {
      'Nf3 Nc6': 'Bb5 a6, Bb5 Nf6, Bb5 d6, Bc4 Bc5, Bc4 Nf6, d4 exd4, Nc3 Nf6, c3 Nf6',
      'Nf3 Nf6': 'Nxe5 d6, d4 Nxe4, Nc3 Nc6',
      'Nf3 d6': 'd4 exd4, d4 Nf6',
      'Nc3 Nf6': 'f4 d5, Bc4 Nc6'
    }
  },
  sicilians: {
    first: 'e4 c5',
    then: {
      'Nf3 d6': 'd4 cxd4, Bb5+ Bd7, Bb5+ Nc6, c3 Nf6',
      'Nf3 Nc6': 'd4 cxd4, Bb5 g6, Bb5 e6, Nc3 e5',
      'Nf3 e6': 'd4 cxd4, c3 d5, d3 Nc6',
      'Nc3 Nc6': 'g3 g6, f4 g6',
      'c3 d5': 'exd5 Qxd5',
      'c3 Nf6': 'e5 Nd5'
    }
  },
  queensPawns: {
    first: 'd4 d5',
    then: {
      'c4 e6': 'Nc3 Nf6, Nf3 Nf6, Nc3 c5, Nc3 Be7, cxd5 exd5',
      'c4 c6': 'Nf3 Nf6, Nc3 Nf6, cxd5 cxd5, Nc3 dxc4',
      'c4 dxc4': 'Nf3 Nf6, e3 Nf6, e4 e5',
      'Nf3 Nf6': 'c4 e6, Bf4 c5, e3 e6'
    }
  },
  indians: {
    first: 'd4 Nf6',
    then: {
      'c4 e6': 'Nc3 Bb4, Nf3 b6, g3 d5, Nf3 Bb4+, Nf3 d5',
      'c4 g6': 'Nc3 Bg7, Nc3 d5, g3 Bg7, Nf3 Bg7',
      'c4 c5': 'd5 b5, d5 e6, d5 e5',
      'Nf3 g6': 'Bf4 Bg7, g3 Bg7',
      'Bg5 e6': 'e4 h6'
    }
  }
};

/** Fifteen openings of each family. */
export function chessPgn(): string[] {
  return Object.values(families).flatMap(({ first, then }) =>
    Object.entries(then).flatMap(([second, thirds]) =>
      thirds.split(', ').map((third) => `1. ${first} 2. ${second} 3. ${third}`)
    )
  );
}

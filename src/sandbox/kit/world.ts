import { Random } from './random.ts';

/** Someone both sandbox CRMs may know, so that the same person turns up in each. */
export interface WorldPerson {
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly phone: string;
  readonly jobTitle: string;
  /** Index into `World.companies`. */
  readonly company: number;
}

export interface WorldCompany {
  readonly name: string;
  readonly domain: string;
  readonly street: string;
  readonly city: string;
  readonly postalCode: string;
  readonly country: string;
}

/** What a sandbox CRM is seeded from: the same companies and people for both. */
export interface World {
  readonly companies: readonly WorldCompany[];
  readonly people: readonly WorldPerson[];
}

const FIRST =
  'Ada,Bengt,Chiara,Dimitri,Ewa,Fatima,Goran,Hana,Ida,Jonas,Kenji,Leïla,Márta,Niamh,Øyvind,Priya,Quentin,Rosa,Søren,Tuğba,Uma,Vit,Wei,Ximena,Yara,Zoë'.split(
    ',',
  );
const LAST =
  'Abara,Brandt,Castelló,Dvořák,Eriksen,Fischer,García,Horvat,Ivanova,Jansen,Kask,Lindqvist,Müller,Nagy,O’Brien,Pereira,Quist,Rossi,Šimić,Tanaka,Ueda,Vargas,Wójcik,Xu,Yılmaz,Zhang'.split(
    ',',
  );
const TRADE = 'Freight,Foods,Optics,Robotics,Textiles,Energy,Analytics,Ceramics,Logistics,Software,Timber,Pharma'.split(
  ',',
);
const PREFIX =
  'Harbour,Northwind,Kestrel,Blue Fjord,Summit,Lumen,Cedar,Orbit,Delta,Marigold,Granite,Vega,Polar,Saffron'.split(',');
const FORM = 'Ltd,OÜ,GmbH,Inc.,S.A.,AB,株式会社'.split(',');
const TITLES = 'Head of Purchasing,CTO,Operations Manager,Founder,Fleet Manager,CFO,Buyer,Plant Director'.split(',');
const CITIES: readonly (readonly [string, string, string])[] = [
  ['Tallinn', '10111', 'Estonia'],
  ['Gothenburg', '411 03', 'Sweden'],
  ['Porto', '4000-069', 'Portugal'],
  ['München', '80331', 'Germany'],
  ['Łódź', '90-001', 'Poland'],
  ['Austin', '78701', 'United States'],
  ['Osaka', '530-0001', 'Japan'],
  ['Cork', 'T12 X70A', 'Ireland'],
];

/** `size` companies with about two people each, the same for the same size. */
export function createWorld(size: number): World {
  const random = new Random(20_261_120);
  const companies = Array.from({ length: size }, (_, index): WorldCompany => {
    const base = `${PREFIX[index % PREFIX.length]} ${TRADE[Math.floor(index / PREFIX.length + index) % TRADE.length]}`;
    const round = Math.floor(index / (PREFIX.length * TRADE.length));
    const [city, postalCode, country] = random.pick(CITIES);
    return {
      name: `${base} ${random.pick(FORM)}${round > 0 ? ` ${round + 1}` : ''}`,
      domain: `${base.toLowerCase().replace(/[^a-z]+/g, '-')}${round > 0 ? round + 1 : ''}.example`,
      street: `${random.pick(['Sadama', 'Mill Lane', 'Rua das Flores', 'Hauptstraße', 'Harbour Road'])} ${random.int(1, 140)}`,
      city,
      postalCode,
      country,
    };
  });
  const people = Array.from({ length: size * 2 }, (_, index): WorldPerson => {
    const company = index % size;
    const firstName = FIRST[index % FIRST.length] as string;
    const lastName = LAST[Math.floor(index / FIRST.length + index * 7) % LAST.length] as string;
    const ascii = `${firstName}.${lastName}`
      .normalize('NFD')
      .replace(/[^a-zA-Z.]/g, '')
      .toLowerCase();
    return {
      firstName,
      lastName,
      email: `${ascii}${index}@${companies[company]?.domain}`,
      phone: `+372 55${String(100_000 + index * 37).padStart(6, '0')}`,
      jobTitle: random.pick(TITLES),
      company,
    };
  });
  return { companies, people };
}

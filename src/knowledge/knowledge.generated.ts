// Generated from src/knowledge/*.yaml by `npm run generate`. Do not edit.
import type { BibliographyEntry, ConsensusCard, FailureMode, GlossaryEntry, ProtocolCard } from './entries.ts';

export type ReferenceId = 
  | "ongaro2014"
  | "ongaro2014dissertation"
  | "howard2015"
  | "lamport1998"
  | "lamport2001"
  | "castro1999"
  | "castro2002"
  | "martin2006"
  | "abraham2017"
  | "abraham2018"
  | "oki1988"
  | "liskov2012"
  | "howard2016"
  | "howard2020"
  | "ailijiang2020"
  | "naor1998"
  | "peleg1995"
  | "peleg1997"
  | "holzman1997"
  | "gifford1979"
  | "thomas1979"
  | "garciamolina1985"
  | "maekawa1985"
  | "cheung1992"
  | "agrawal1991"
  | "kumar1991"
  | "malkhi1998"
  | "malkhi2001"
  | "clement2009"
  | "paris1986"
  | "whittaker2021"
  | "verbitski2017"
  | "bailis2012"
  | "decandia2007"
  | "budhiraja1993"
  | "schneider1990"
  | "gray1978"
  | "skeen1981"
  | "garciamolina1987"
  | "helland2007"
  | "fischer1985"
  | "dwork1988"
  | "lamport1982"
  | "chandra1996"
  | "lamport1978"
  | "herlihy1990"
  | "terry1994"
  | "gilbert2002"
  | "abadi2012"
  | "shapiro2011"
  | "ellis1989"
  | "hayashibara2004"
  | "vanrenesse2004"
  | "attiya1995"
  | "lynch1997"
  | "junqueira2011"
  | "apache2022"
  | "wang2015"
  | "apache2017"
  | "demers1987"
  | "gray1989"
  | "burrows2006"
  | "kleppmann2016";

export const BIBLIOGRAPHY: Readonly<Record<ReferenceId, BibliographyEntry>> = {
  "ongaro2014": {
    "id": "ongaro2014",
    "title": "In Search of an Understandable Consensus Algorithm",
    "authors": "D. Ongaro, J. Ousterhout",
    "year": 2014,
    "venue": "USENIX ATC '14, pp. 305-319",
    "url": "https://raft.github.io/raft.pdf"
  },
  "ongaro2014dissertation": {
    "id": "ongaro2014dissertation",
    "title": "Consensus: Bridging Theory and Practice",
    "authors": "D. Ongaro",
    "year": 2014,
    "venue": "PhD dissertation, Stanford University",
    "url": "https://github.com/ongardie/dissertation"
  },
  "howard2015": {
    "id": "howard2015",
    "title": "Raft Refloated",
    "authors": "H. Howard, M. Schwarzkopf, A. Madhavapeddy, J. Crowcroft",
    "year": 2015,
    "venue": "ACM SIGOPS Operating Systems Review 49(1), pp. 12-21",
    "doi": "10.1145/2723872.2723876"
  },
  "lamport1998": {
    "id": "lamport1998",
    "title": "The Part-Time Parliament",
    "authors": "L. Lamport",
    "year": 1998,
    "venue": "ACM TOCS 16(2), pp. 133-169",
    "doi": "10.1145/279227.279229"
  },
  "lamport2001": {
    "id": "lamport2001",
    "title": "Paxos Made Simple",
    "authors": "L. Lamport",
    "year": 2001,
    "venue": "ACM SIGACT News 32(4), pp. 51-58",
    "url": "https://www.microsoft.com/en-us/research/publication/paxos-made-simple/"
  },
  "castro1999": {
    "id": "castro1999",
    "title": "Practical Byzantine Fault Tolerance",
    "authors": "M. Castro, B. Liskov",
    "year": 1999,
    "venue": "OSDI '99, pp. 173-186",
    "url": "https://pmg.csail.mit.edu/papers/osdi99.pdf"
  },
  "castro2002": {
    "id": "castro2002",
    "title": "Practical Byzantine Fault Tolerance and Proactive Recovery",
    "authors": "M. Castro, B. Liskov",
    "year": 2002,
    "venue": "ACM TOCS 20(4), pp. 398-461",
    "doi": "10.1145/571637.571640"
  },
  "martin2006": {
    "id": "martin2006",
    "title": "Fast Byzantine Consensus",
    "authors": "J.-P. Martin, L. Alvisi",
    "year": 2006,
    "venue": "IEEE TDSC 3(3), pp. 202-215",
    "doi": "10.1109/TDSC.2006.35"
  },
  "abraham2017": {
    "id": "abraham2017",
    "title": "Revisiting Fast Practical Byzantine Fault Tolerance",
    "authors": "I. Abraham, G. Gueta, D. Malkhi, L. Alvisi, R. Kotla, J.-P. Martin",
    "year": 2017,
    "venue": "arXiv:1712.01367",
    "url": "https://arxiv.org/abs/1712.01367"
  },
  "abraham2018": {
    "id": "abraham2018",
    "title": "Revisiting Fast Practical Byzantine Fault Tolerance: Thelma, Velma, and Zelma",
    "authors": "I. Abraham, G. Gueta, D. Malkhi, J.-P. Martin",
    "year": 2018,
    "venue": "arXiv:1801.10022",
    "url": "https://arxiv.org/abs/1801.10022"
  },
  "oki1988": {
    "id": "oki1988",
    "title": "Viewstamped Replication: A New Primary Copy Method to Support Highly-Available Distributed Systems",
    "authors": "B. Oki, B. Liskov",
    "year": 1988,
    "venue": "PODC '88, pp. 8-17",
    "doi": "10.1145/62546.62549"
  },
  "liskov2012": {
    "id": "liskov2012",
    "title": "Viewstamped Replication Revisited",
    "authors": "B. Liskov, J. Cowling",
    "year": 2012,
    "venue": "MIT-CSAIL-TR-2012-021",
    "url": "https://pmg.csail.mit.edu/papers/vr-revisited.pdf"
  },
  "howard2016": {
    "id": "howard2016",
    "title": "Flexible Paxos: Quorum Intersection Revisited",
    "authors": "H. Howard, D. Malkhi, A. Spiegelman",
    "year": 2016,
    "venue": "OPODIS '16",
    "doi": "10.4230/LIPIcs.OPODIS.2016.25"
  },
  "howard2020": {
    "id": "howard2020",
    "title": "Fast Flexible Paxos: Relaxing Quorum Intersection for Fast Paxos",
    "authors": "H. Howard, A. Charapko, R. Mortier",
    "year": 2020,
    "venue": "arXiv 2008.02671",
    "url": "https://arxiv.org/abs/2008.02671"
  },
  "ailijiang2020": {
    "id": "ailijiang2020",
    "title": "WPaxos: Wide Area Network Flexible Consensus",
    "authors": "A. Ailijiang, A. Charapko, M. Demirbas, T. Kosar",
    "year": 2020,
    "venue": "IEEE TPDS 31(1)",
    "doi": "10.1109/TPDS.2019.2929793"
  },
  "naor1998": {
    "id": "naor1998",
    "title": "The Load, Capacity, and Availability of Quorum Systems",
    "authors": "M. Naor, A. Wool",
    "year": 1998,
    "venue": "SIAM Journal on Computing 27(2), pp. 423-447",
    "doi": "10.1137/S0097539795281232"
  },
  "peleg1995": {
    "id": "peleg1995",
    "title": "The Availability of Quorum Systems",
    "authors": "D. Peleg, A. Wool",
    "year": 1995,
    "venue": "Information and Computation 123(2)",
    "doi": "10.1006/inco.1995.1169"
  },
  "peleg1997": {
    "id": "peleg1997",
    "title": "Crumbling Walls: A Class of Practical and Efficient Quorum Systems",
    "authors": "D. Peleg, A. Wool",
    "year": 1997,
    "venue": "Distributed Computing 10(2)"
  },
  "holzman1997": {
    "id": "holzman1997",
    "title": "Load Balancing in Quorum Systems",
    "authors": "R. Holzman, Y. Marcus, D. Peleg",
    "year": 1997,
    "venue": "SIAM Journal on Discrete Mathematics 10(2), pp. 223-245"
  },
  "gifford1979": {
    "id": "gifford1979",
    "title": "Weighted Voting for Replicated Data",
    "authors": "D. Gifford",
    "year": 1979,
    "venue": "SOSP '79, pp. 150-162",
    "doi": "10.1145/800215.806583"
  },
  "thomas1979": {
    "id": "thomas1979",
    "title": "A Majority Consensus Approach to Concurrency Control for Multiple Copy Databases",
    "authors": "R. Thomas",
    "year": 1979,
    "venue": "ACM TODS 4(2), pp. 180-209",
    "doi": "10.1145/320071.320076"
  },
  "garciamolina1985": {
    "id": "garciamolina1985",
    "title": "How to Assign Votes in a Distributed System",
    "authors": "H. Garcia-Molina, D. Barbara",
    "year": 1985,
    "venue": "Journal of the ACM 32(4), pp. 841-860",
    "doi": "10.1145/4221.4223"
  },
  "maekawa1985": {
    "id": "maekawa1985",
    "title": "A √N Algorithm for Mutual Exclusion in Decentralized Systems",
    "authors": "M. Maekawa",
    "year": 1985,
    "venue": "ACM TOCS 3(2)",
    "doi": "10.1145/214438.214445"
  },
  "cheung1992": {
    "id": "cheung1992",
    "title": "The Grid Protocol: A High Performance Scheme for Maintaining Replicated Data",
    "authors": "S. Cheung, M. Ammar, M. Ahamad",
    "year": 1992,
    "venue": "IEEE TKDE 4(6)"
  },
  "agrawal1991": {
    "id": "agrawal1991",
    "title": "An Efficient and Fault-Tolerant Solution for Distributed Mutual Exclusion",
    "authors": "D. Agrawal, A. El Abbadi",
    "year": 1991,
    "venue": "ACM TOCS 9(1)"
  },
  "kumar1991": {
    "id": "kumar1991",
    "title": "Hierarchical Quorum Consensus: A New Algorithm for Managing Replicated Data",
    "authors": "A. Kumar",
    "year": 1991,
    "venue": "IEEE Transactions on Computers 40(9), pp. 996-1004",
    "doi": "10.1109/12.83661"
  },
  "malkhi1998": {
    "id": "malkhi1998",
    "title": "Byzantine Quorum Systems",
    "authors": "D. Malkhi, M. Reiter",
    "year": 1998,
    "venue": "Distributed Computing 11(4), pp. 203-213",
    "doi": "10.1007/s004460050050"
  },
  "malkhi2001": {
    "id": "malkhi2001",
    "title": "Probabilistic Quorum Systems",
    "authors": "D. Malkhi, M. Reiter, A. Wool, R. Wright",
    "year": 2001,
    "venue": "Information and Computation 170(2)",
    "doi": "10.1006/inco.2001.3054"
  },
  "clement2009": {
    "id": "clement2009",
    "title": "UpRight Cluster Services",
    "authors": "A. Clement, M. Kapritsos, S. Lee, Y. Wang, L. Alvisi, M. Dahlin, T. Riche",
    "year": 2009,
    "venue": "SOSP '09, pp. 277-290"
  },
  "paris1986": {
    "id": "paris1986",
    "title": "Voting with Witnesses: A Consistency Scheme for Replicated Files",
    "authors": "J.-F. Pâris",
    "year": 1986,
    "venue": "ICDCS '86"
  },
  "whittaker2021": {
    "id": "whittaker2021",
    "title": "Read-Write Quorum Systems Made Practical",
    "authors": "M. Whittaker, A. Charapko, J. Hellerstein, H. Howard, I. Stoica",
    "year": 2021,
    "venue": "PaPoC '21",
    "doi": "10.1145/3447865.3457962"
  },
  "verbitski2017": {
    "id": "verbitski2017",
    "title": "Amazon Aurora: Design Considerations for High Throughput Cloud-Native Relational Databases",
    "authors": "A. Verbitski et al.",
    "year": 2017,
    "venue": "SIGMOD '17, pp. 1041-1052",
    "doi": "10.1145/3035918.3056101"
  },
  "bailis2012": {
    "id": "bailis2012",
    "title": "Probabilistically Bounded Staleness for Practical Partial Quorums",
    "authors": "P. Bailis, S. Venkataraman, M. Franklin, J. Hellerstein, I. Stoica",
    "year": 2012,
    "venue": "PVLDB 5(8), pp. 776-787",
    "doi": "10.14778/2212351.2212359"
  },
  "decandia2007": {
    "id": "decandia2007",
    "title": "Dynamo: Amazon's Highly Available Key-Value Store",
    "authors": "G. DeCandia et al.",
    "year": 2007,
    "venue": "SOSP '07, pp. 205-220",
    "doi": "10.1145/1294261.1294281"
  },
  "budhiraja1993": {
    "id": "budhiraja1993",
    "title": "The Primary-Backup Approach",
    "authors": "N. Budhiraja, K. Marzullo, F. Schneider, S. Toueg",
    "year": 1993,
    "venue": "S. Mullender (ed.), Distributed Systems, 2nd edition, chapter 8"
  },
  "schneider1990": {
    "id": "schneider1990",
    "title": "Implementing Fault-Tolerant Services Using the State Machine Approach: A Tutorial",
    "authors": "F. Schneider",
    "year": 1990,
    "venue": "ACM Computing Surveys 22(4), pp. 299-319",
    "doi": "10.1145/98163.98167"
  },
  "gray1978": {
    "id": "gray1978",
    "title": "Notes on Data Base Operating Systems",
    "authors": "J. Gray",
    "year": 1978,
    "venue": "Operating Systems, An Advanced Course, LNCS 60, pp. 393-481",
    "doi": "10.1007/3-540-08755-9_9"
  },
  "skeen1981": {
    "id": "skeen1981",
    "title": "Nonblocking Commit Protocols",
    "authors": "D. Skeen",
    "year": 1981,
    "venue": "SIGMOD '81, pp. 133-142",
    "doi": "10.1145/582318.582339"
  },
  "garciamolina1987": {
    "id": "garciamolina1987",
    "title": "Sagas",
    "authors": "H. Garcia-Molina, K. Salem",
    "year": 1987,
    "venue": "SIGMOD '87, pp. 249-259",
    "doi": "10.1145/38713.38742"
  },
  "helland2007": {
    "id": "helland2007",
    "title": "Life beyond Distributed Transactions: an Apostate's Opinion",
    "authors": "P. Helland",
    "year": 2007,
    "venue": "CIDR '07"
  },
  "fischer1985": {
    "id": "fischer1985",
    "title": "Impossibility of Distributed Consensus with One Faulty Process",
    "authors": "M. Fischer, N. Lynch, M. Paterson",
    "year": 1985,
    "venue": "Journal of the ACM 32(2), pp. 374-382",
    "doi": "10.1145/3149.214121"
  },
  "dwork1988": {
    "id": "dwork1988",
    "title": "Consensus in the Presence of Partial Synchrony",
    "authors": "C. Dwork, N. Lynch, L. Stockmeyer",
    "year": 1988,
    "venue": "Journal of the ACM 35(2), pp. 288-323",
    "doi": "10.1145/42282.42283"
  },
  "lamport1982": {
    "id": "lamport1982",
    "title": "The Byzantine Generals Problem",
    "authors": "L. Lamport, R. Shostak, M. Pease",
    "year": 1982,
    "venue": "ACM TOPLAS 4(3), pp. 382-401",
    "doi": "10.1145/357172.357176"
  },
  "chandra1996": {
    "id": "chandra1996",
    "title": "Unreliable Failure Detectors for Reliable Distributed Systems",
    "authors": "T. Chandra, S. Toueg",
    "year": 1996,
    "venue": "Journal of the ACM 43(2), pp. 225-267",
    "doi": "10.1145/226643.226647"
  },
  "lamport1978": {
    "id": "lamport1978",
    "title": "Time, Clocks, and the Ordering of Events in a Distributed System",
    "authors": "L. Lamport",
    "year": 1978,
    "venue": "Communications of the ACM 21(7), pp. 558-565",
    "doi": "10.1145/359545.359563"
  },
  "herlihy1990": {
    "id": "herlihy1990",
    "title": "Linearizability: A Correctness Condition for Concurrent Objects",
    "authors": "M. Herlihy, J. Wing",
    "year": 1990,
    "venue": "ACM TOPLAS 12(3), pp. 463-492",
    "doi": "10.1145/78969.78972"
  },
  "terry1994": {
    "id": "terry1994",
    "title": "Session Guarantees for Weakly Consistent Replicated Data",
    "authors": "D. Terry, A. Demers, K. Petersen, M. Spreitzer, M. Theimer, B. Welch",
    "year": 1994,
    "venue": "PDIS '94, pp. 140-149",
    "doi": "10.1109/PDIS.1994.331722"
  },
  "gilbert2002": {
    "id": "gilbert2002",
    "title": "Brewer's Conjecture and the Feasibility of Consistent, Available, Partition-Tolerant Web Services",
    "authors": "S. Gilbert, N. Lynch",
    "year": 2002,
    "venue": "ACM SIGACT News 33(2)",
    "doi": "10.1145/564585.564601"
  },
  "abadi2012": {
    "id": "abadi2012",
    "title": "Consistency Tradeoffs in Modern Distributed Database System Design: CAP Is Only Part of the Story",
    "authors": "D. Abadi",
    "year": 2012,
    "venue": "IEEE Computer 45(2), pp. 37-42",
    "doi": "10.1109/MC.2012.33"
  },
  "shapiro2011": {
    "id": "shapiro2011",
    "title": "Conflict-Free Replicated Data Types",
    "authors": "M. Shapiro, N. Preguiça, C. Baquero, M. Zawirski",
    "year": 2011,
    "venue": "SSS '11, LNCS 6976, pp. 386-400",
    "doi": "10.1007/978-3-642-24550-3_29"
  },
  "ellis1989": {
    "id": "ellis1989",
    "title": "Concurrency Control in Groupware Systems",
    "authors": "C. Ellis, S. Gibbs",
    "year": 1989,
    "venue": "SIGMOD '89, pp. 399-407",
    "doi": "10.1145/67544.66963"
  },
  "hayashibara2004": {
    "id": "hayashibara2004",
    "title": "The φ Accrual Failure Detector",
    "authors": "N. Hayashibara, X. Défago, R. Yared, T. Katayama",
    "year": 2004,
    "venue": "SRDS '04, pp. 66-78",
    "doi": "10.1109/RELDIS.2004.1353004"
  },
  "vanrenesse2004": {
    "id": "vanrenesse2004",
    "title": "Chain Replication for Supporting High Throughput and Availability",
    "authors": "R. van Renesse, F. Schneider",
    "year": 2004,
    "venue": "OSDI '04, pp. 91-104",
    "url": "https://www.usenix.org/conference/osdi-04/chain-replication-supporting-high-throughput-and-availability"
  },
  "attiya1995": {
    "id": "attiya1995",
    "title": "Sharing Memory Robustly in Message-Passing Systems",
    "authors": "H. Attiya, A. Bar-Noy, D. Dolev",
    "year": 1995,
    "venue": "Journal of the ACM 42(1), pp. 124-142",
    "doi": "10.1145/200836.200869"
  },
  "lynch1997": {
    "id": "lynch1997",
    "title": "Robust Emulation of Shared Memory Using Dynamic Quorum-Acknowledged Broadcasts",
    "authors": "N. Lynch, A. Shvartsman",
    "year": 1997,
    "venue": "FTCS '97",
    "doi": "10.1109/FTCS.1997.614100"
  },
  "junqueira2011": {
    "id": "junqueira2011",
    "title": "Zab: High-Performance Broadcast for Primary-Backup Systems",
    "authors": "F. Junqueira, B. Reed, M. Serafini",
    "year": 2011,
    "venue": "DSN '11, pp. 245-256",
    "doi": "10.1109/DSN.2011.5958223"
  },
  "apache2022": {
    "id": "apache2022",
    "title": "ZooKeeper Administrator's Guide",
    "authors": "Apache ZooKeeper project",
    "year": 2022,
    "venue": "Documentation of ZooKeeper 3.8.0",
    "url": "https://zookeeper.apache.org/doc/r3.8.0/zookeeperAdmin.html"
  },
  "wang2015": {
    "id": "wang2015",
    "title": "Building a Replicated Logging System with Apache Kafka",
    "authors": "G. Wang et al.",
    "year": 2015,
    "venue": "PVLDB 8(12), pp. 1654-1655",
    "doi": "10.14778/2824032.2824063"
  },
  "apache2017": {
    "id": "apache2017",
    "title": "KIP-101: Alter Replication Protocol to Use Leader Epoch Rather than High Watermark for Truncation",
    "authors": "Apache Kafka project",
    "year": 2017,
    "venue": "Kafka Improvement Proposal, in Kafka 0.11",
    "url": "https://cwiki.apache.org/confluence/display/KAFKA/KIP-101+-+Alter+Replication+Protocol+to+use+Leader+Epoch+rather+than+High+Watermark+for+Truncation"
  },
  "demers1987": {
    "id": "demers1987",
    "title": "Epidemic Algorithms for Replicated Database Maintenance",
    "authors": "A. Demers et al.",
    "year": 1987,
    "venue": "PODC '87, pp. 1-12",
    "doi": "10.1145/41840.41841"
  },
  "gray1989": {
    "id": "gray1989",
    "title": "Leases: An Efficient Fault-Tolerant Mechanism for Distributed File Cache Consistency",
    "authors": "C. Gray, D. Cheriton",
    "year": 1989,
    "venue": "SOSP '89, pp. 202-210",
    "doi": "10.1145/74850.74870"
  },
  "burrows2006": {
    "id": "burrows2006",
    "title": "The Chubby Lock Service for Loosely-Coupled Distributed Systems",
    "authors": "M. Burrows",
    "year": 2006,
    "venue": "OSDI '06, pp. 335-350",
    "url": "https://www.usenix.org/conference/osdi-06/chubby-lock-service-loosely-coupled-distributed-systems"
  },
  "kleppmann2016": {
    "id": "kleppmann2016",
    "title": "How to Do Distributed Locking",
    "authors": "M. Kleppmann",
    "year": 2016,
    "venue": "martin.kleppmann.com",
    "url": "https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html"
  }
};

export interface ProtocolCards {
  readonly "raft": ConsensusCard;
  readonly "multi-paxos": ConsensusCard;
  readonly "viewstamped-replication": ConsensusCard;
  readonly "pbft": ConsensusCard;
  readonly "fab-paxos": ConsensusCard;
  readonly "paxos": ConsensusCard;
  readonly "flexible-paxos": ConsensusCard;
  readonly "zab": ConsensusCard;
  readonly "primary-backup": ProtocolCard;
  readonly "dynamo-quorums": ProtocolCard;
  readonly "two-phase-commit": ProtocolCard;
  readonly "saga": ProtocolCard;
  readonly "try-confirm-cancel": ProtocolCard;
  readonly "chain-replication": ProtocolCard;
  readonly "abd-register": ProtocolCard;
  readonly "isr-log": ProtocolCard;
  readonly "crdt-gossip": ProtocolCard;
  readonly "lease-lock": ProtocolCard;
  readonly "three-phase-commit": ProtocolCard;
}

export type ProtocolId = keyof ProtocolCards;

export const PROTOCOL_CARDS: ProtocolCards = {
  "raft": {
    "id": "raft",
    "name": "Raft",
    "problem": "consensus",
    "faultModel": "crash",
    "summary": "Replicates a log from one elected leader a term; an entry is committed once a majority stores it in the leader's current term.",
    "nodesNeeded": "n ≥ 2f + 1",
    "quorum": {
      "formula": "⌊n/2⌋ + 1",
      "intersection": "any two majorities share at least one node"
    },
    "safetyProperties": [
      {
        "name": "Election Safety",
        "statement": "At most one leader is elected in a given term."
      },
      {
        "name": "Leader Append-Only",
        "statement": "A leader never overwrites or deletes entries of its log; it only appends."
      },
      {
        "name": "Log Matching",
        "statement": "If two logs hold an entry with the same index and term, they are identical up to that index."
      },
      {
        "name": "Leader Completeness",
        "statement": "An entry committed in some term is in the logs of the leaders of all higher terms."
      },
      {
        "name": "State Machine Safety",
        "statement": "If a server has applied an entry at an index, no other server applies a different entry at that index."
      }
    ],
    "proof": {
      "theorem": "State Machine Safety: for all servers s, t and indices i, applied(s, i) = e and applied(t, i) = e′ imply e = e′.",
      "lemma": "Quorum intersection: for majorities Q₁, Q₂ ⊆ N, |Q₁| + |Q₂| > |N|, hence Q₁ ∩ Q₂ ≠ ∅.",
      "argument": [
        "Election Safety: votedFor is durable and set at most once a term, so two leaders of one term would need two majorities without a common voter, against the lemma.",
        "Log Matching, by induction on appends: AppendEntries is accepted only where (prevLogIndex, prevLogTerm) agrees, and a leader creates at most one entry for an (index, term).",
        "Leader Completeness: let e be committed in term T, so a majority Q_e stores it, and let U > T be the smallest term whose leader L_U lacks e. L_U won votes from a majority Q_U; take v ∈ Q_e ∩ Q_U. v stored e before it voted, and granted its vote only because L_U's log was at least as up to date as its own. If their last terms are equal, L_U's log is at least as long as v's and by Log Matching holds e. If L_U's last term is larger, the leader of that term, which held e by the choice of U, made L_U's prefix, which therefore holds e. Both contradict the assumption.",
        "State Machine Safety: the lowest term in which any server applies index i commits e; by Leader Completeness every later leader has e at i, so by Log Matching every server applies e there."
      ],
      "restriction": "A leader commits by counting replicas only entries of its own term; entries of earlier terms become committed with them (otherwise the scenario of figure 8 of the paper loses a committed entry).",
      "sources": [
        {
          "reference": "ongaro2014",
          "section": "§5.4.3, figures 3 and 8"
        },
        {
          "reference": "ongaro2014dissertation",
          "section": "§3.6, appendix B"
        }
      ]
    },
    "liveness": [
      "A majority of the nodes is up and can talk to each other.",
      "broadcast time ≪ election timeout ≪ mean time between failures (§5.6).",
      "Randomised election timeouts let one candidate win before another starts; progress is certain only in that sense, since no deterministic protocol decides in a fully asynchronous system (FLP)."
    ],
    "behaviors": {
      "none_down": {
        "behavior": "One leader replicates every entry; each commits after one round trip to the fastest majority.",
        "recovery": "Nothing to recover."
      },
      "one_down": {
        "behavior": "A failed follower costs nothing but redundancy. A failed leader stops writes until an election timeout passes and a new leader wins; committed entries survive.",
        "recovery": "The node restarts, learns the term, and the leader brings its log up to date, by snapshot if it is far behind."
      },
      "f_down": {
        "behavior": "The remaining nodes are exactly a majority, so reads and writes continue; one more failure stops them.",
        "recovery": "Restart or replace the failed nodes one at a time; each catches up as a follower before the next is touched."
      },
      "more_than_f_down": {
        "behavior": "No majority remains, so no entry commits and no leader can be elected; writes and linearizable reads are refused. Nothing committed is lost while a majority of the disks survives.",
        "recovery": "Restart nodes until a majority is up. If a majority of the disks is lost, restore from a backup into a new cluster; entries committed after it may be gone."
      },
      "minority_partition": {
        "behavior": "The minority side commits nothing. A leader caught there keeps its role until it sees a higher term or steps down for want of a quorum, and its uncommitted entries are discarded later.",
        "recovery": "On heal its nodes adopt the higher term and the leader overwrites their conflicting uncommitted suffix."
      },
      "majority_partition": {
        "behavior": "The majority side keeps or elects a leader in a higher term and continues.",
        "recovery": "On heal nothing is needed; PreVote keeps a rejoining node from forcing an election."
      },
      "clock_skew": {
        "behavior": "Safety does not depend on clocks. Lease-based reads do: they are linearizable only while clock drift stays under the bound that the lease assumes.",
        "recovery": "Serve linearizable reads through ReadIndex (a heartbeat round) instead of leases where drift is not bounded."
      },
      "message_reordering_and_duplication": {
        "behavior": "Terms and the (prevLogIndex, prevLogTerm) check make both RPCs safe to repeat and to reorder. A client's retried command is applied twice unless the state machine deduplicates by client and serial number.",
        "recovery": "None needed between replicas; keep client sessions in the state machine (dissertation §6.3)."
      },
      "slow_leader": {
        "behavior": "A leader that still sends heartbeats in time keeps its role, so every write is as slow as it is.",
        "recovery": "Transfer leadership (dissertation §3.10) and repair the node; alert on commit latency, not on liveness alone."
      },
      "crash_during_recovery": {
        "behavior": "Term, vote and log are durable before any answer is sent, so a node that crashes while it catches up resumes where it stopped.",
        "recovery": "Restart it again; an incomplete snapshot is discarded and sent anew."
      }
    },
    "performance": {
      "messageFormula": "2(n − 1)",
      "latency": "One round trip from the leader to the fastest majority plus one durable write on each of its nodes; a client adds one round trip to the leader.",
      "throughput": "Bounded by the leader, which sends every entry to n − 1 followers; batching and pipelining amortise messages and disk writes.",
      "availability": "Reads and writes while a majority is up; failover takes an election timeout plus one or more vote rounds.",
      "messageTerms": {
        "quadratic": 0,
        "linear": 2,
        "constant": -2
      },
      "roundTripsPerCommit": 1,
      "clientRoundTrips": 2
    },
    "implementations": [
      "etcd",
      "Consul",
      "CockroachDB",
      "TiKV",
      "hashicorp/raft"
    ],
    "notFor": "Nodes that may lie; more than f failures; writes at every site without a round trip to a majority.",
    "references": [
      "ongaro2014",
      "ongaro2014dissertation",
      "howard2015",
      "fischer1985"
    ],
    "timeouts": {
      "electionTimeoutMinMs": 150,
      "electionTimeoutMaxMs": 300,
      "heartbeatIntervalMs": 50,
      "sources": [
        {
          "reference": "ongaro2014",
          "section": "§5.2 and §9.3: election timeouts of 150-300 ms"
        }
      ],
      "note": "For a LAN. The heartbeat is a third of the shortest election timeout, so that one lost heartbeat starts no election. On slower links scale all three: the election timeout at least ten times the round-trip time."
    }
  },
  "multi-paxos": {
    "id": "multi-paxos",
    "name": "Multi-Paxos",
    "problem": "consensus",
    "faultModel": "crash",
    "summary": "Chooses one value a log slot by ballots; a distinguished proposer that completed phase 1 once runs only phase 2 for each further slot.",
    "nodesNeeded": "n ≥ 2f + 1",
    "quorum": {
      "formula": "⌊n/2⌋ + 1",
      "intersection": "every phase-1 quorum meets every phase-2 quorum"
    },
    "safetyProperties": [
      {
        "name": "Validity",
        "statement": "Only a value that has been proposed may be chosen."
      },
      {
        "name": "Agreement",
        "statement": "Only a single value is chosen in a slot."
      },
      {
        "name": "Learning",
        "statement": "A process never learns that a value has been chosen unless it has been."
      }
    ],
    "proof": {
      "theorem": "Agreement: if v is chosen in ballot b and v′ in ballot b′, then v = v′.",
      "lemma": "Quorum intersection: every phase-1 quorum Q₁ and phase-2 quorum Q₂ satisfy Q₁ ∩ Q₂ ≠ ∅.",
      "argument": [
        "Claim (P2c): if v was chosen in ballot b, every proposal of a ballot b′ > b carries v. Induction over b′.",
        "The proposer of b′ collected promises from a phase-1 quorum Q₁; the acceptors that accepted (b, v) contain a phase-2 quorum Q₂. Take a ∈ Q₁ ∩ Q₂.",
        "a accepted (b, v) before it promised b′, since after that promise it refuses b < b′. So a reported an accepted ballot of at least b, and the highest ballot reported lies in [b, b′).",
        "By induction every proposal of a ballot in [b, b′) carries v, and the proposer must take the value of the highest ballot reported: it proposes v."
      ],
      "restriction": "Promises and acceptances are durable before they are answered, and ballots of different proposers never coincide.",
      "sources": [
        {
          "reference": "lamport2001",
          "section": "§2.2, invariants P2a-P2c"
        },
        {
          "reference": "lamport1998",
          "section": "§2 and appendix"
        },
        {
          "reference": "howard2016",
          "section": "phase quorums need only meet across phases"
        }
      ]
    },
    "liveness": [
      "A majority of the acceptors is up and can talk to one proposer.",
      "Exactly one proposer is distinguished for long enough; duelling proposers can outbid each other for ever (FLP), so leaders are elected with randomised back-off."
    ],
    "behaviors": {
      "none_down": {
        "behavior": "The distinguished proposer chooses a value with one accept round to the fastest majority.",
        "recovery": "Nothing to recover."
      },
      "one_down": {
        "behavior": "A failed acceptor only costs redundancy. When the proposer fails, another runs phase 1 with a higher ballot for all open slots, re-proposes what it finds, and fills gaps with no-ops.",
        "recovery": "The node restarts with its durable promises and learns chosen slots from the others."
      },
      "f_down": {
        "behavior": "Exactly a majority of the acceptors remains, so slots are still chosen; one more failure stops progress.",
        "recovery": "Restart or replace acceptors one at a time, with their durable state."
      },
      "more_than_f_down": {
        "behavior": "No phase-1 or phase-2 majority exists, so nothing new is chosen; chosen values remain chosen.",
        "recovery": "Restart acceptors until a majority is up. An acceptor that lost its disk must not rejoin under its old identity."
      },
      "minority_partition": {
        "behavior": "Proposers there collect no quorum and choose nothing.",
        "recovery": "On heal they learn the chosen slots and abandon their lower ballots."
      },
      "majority_partition": {
        "behavior": "A proposer there completes phase 1 with a higher ballot and continues.",
        "recovery": "On heal nothing is needed; the others catch up by learning."
      },
      "clock_skew": {
        "behavior": "Safety does not depend on clocks; only leader election and master leases do.",
        "recovery": "Bound the drift that leases assume, or read through an accept round."
      },
      "message_reordering_and_duplication": {
        "behavior": "Ballots order everything; late messages of lower ballots are refused, repeated ones change nothing.",
        "recovery": "None needed between replicas; deduplicate client commands by request id."
      },
      "slow_leader": {
        "behavior": "Every slot waits for the slow proposer while its leadership lasts; another may take over with a higher ballot at any time without loss.",
        "recovery": "Move the distinguished role to a healthy node and repair the slow one."
      },
      "crash_during_recovery": {
        "behavior": "A new proposer that crashes in phase 1 leaves promises behind; the next one uses a higher ballot and sees every acceptance.",
        "recovery": "Elect again; unfinished slots are re-proposed."
      }
    },
    "performance": {
      "messageFormula": "2(n − 1)",
      "latency": "One accept round trip to the fastest majority plus a durable write; a new leader adds one prepare round trip.",
      "throughput": "Bounded by the distinguished proposer; slots are independent, so they may be chosen out of order and in parallel.",
      "availability": "While a majority of acceptors and one proposer are up and connected.",
      "messageTerms": {
        "quadratic": 0,
        "linear": 2,
        "constant": -2
      },
      "roundTripsPerCommit": 1,
      "clientRoundTrips": 2
    },
    "implementations": [
      "Google Chubby",
      "Google Spanner",
      "OceanBase",
      "Apache Cassandra lightweight transactions (single-decree Paxos)"
    ],
    "notFor": "Nodes that may lie; teams that need one fully specified protocol with membership changes and log compaction.",
    "references": [
      "lamport1998",
      "lamport2001",
      "howard2016",
      "fischer1985"
    ],
    "timeouts": {
      "electionTimeoutMinMs": 150,
      "electionTimeoutMaxMs": 300,
      "heartbeatIntervalMs": 50,
      "sources": [
        {
          "reference": "ongaro2014",
          "section": "§9.3; the Paxos papers leave leader election open"
        }
      ],
      "note": "The papers give no figures; these are those of Raft, whose failure detection is the same."
    }
  },
  "viewstamped-replication": {
    "id": "viewstamped-replication",
    "name": "Viewstamped Replication",
    "problem": "consensus",
    "faultModel": "crash",
    "summary": "A primary orders requests in a view; backups acknowledge, a view change moves to the next primary in round-robin order and carries over the most recent log of a majority.",
    "nodesNeeded": "n ≥ 2f + 1",
    "quorum": {
      "formula": "f + 1",
      "intersection": "any two quorums of f + 1 out of 2f + 1 share at least one replica"
    },
    "safetyProperties": [
      {
        "name": "Agreement on order",
        "statement": "No two replicas commit different requests at the same op-number."
      },
      {
        "name": "Survival across views",
        "statement": "A request committed in some view is in the log of every later view at the same op-number."
      }
    ],
    "proof": {
      "theorem": "If request r commits at op-number k in view v, then every view v′ > v starts with r at k.",
      "lemma": "Quorum intersection: |Q₁| + |Q₂| = 2(f + 1) > 2f + 1 = n.",
      "argument": [
        "r committed, so f + 1 replicas had r at k in their log of view v before any of them joined a later view.",
        "The primary of the next view collected DOVIEWCHANGE messages from f + 1 replicas; by the lemma one sender p had r at k.",
        "The new log is that of the message with the largest latest normal view, and among these the largest op-number. Logs of one normal view agree on their common prefix since one primary ordered them, so the chosen log holds r at k when its normal view is v.",
        "When the chosen log's normal view lies between v and v′, it holds r at k by induction over the views."
      ],
      "restriction": "A recovering replica takes part in no view change until it got its state from the primary of the current view.",
      "sources": [
        {
          "reference": "liskov2012",
          "section": "§4 protocol, §8 correctness"
        },
        {
          "reference": "oki1988",
          "section": "the original protocol"
        }
      ]
    },
    "liveness": [
      "f + 1 replicas are up and can talk to each other.",
      "Message delay is bounded from some moment on, and view-change timeouts grow beyond it."
    ],
    "behaviors": {
      "none_down": {
        "behavior": "The primary commits a request once f backups acknowledged PREPARE.",
        "recovery": "Nothing to recover."
      },
      "one_down": {
        "behavior": "A failed backup costs only redundancy; a failed primary stops requests until a view change completes.",
        "recovery": "The replica recovers its state from the others with a nonce, without needing its disk, and rejoins."
      },
      "f_down": {
        "behavior": "Exactly f + 1 replicas remain, so requests continue; one more failure stops them.",
        "recovery": "Restart the failed replicas; each runs the recovery protocol before it acknowledges anything."
      },
      "more_than_f_down": {
        "behavior": "No quorum remains; no request commits and no view change completes.",
        "recovery": "Restart replicas until f + 1 are up with their state. If more than f lost their memory at once and kept nothing on disk, committed requests are lost."
      },
      "minority_partition": {
        "behavior": "A primary there prepares but cannot commit; its backups start view changes that cannot complete.",
        "recovery": "On heal it adopts the higher view and its uncommitted requests are discarded."
      },
      "majority_partition": {
        "behavior": "The majority completes a view change, if the primary is on the other side, and continues.",
        "recovery": "On heal the others transfer state."
      },
      "clock_skew": {
        "behavior": "Safety does not depend on clocks; leases for reads at the primary do.",
        "recovery": "Read through a PREPARE round where drift is not bounded."
      },
      "message_reordering_and_duplication": {
        "behavior": "View-numbers and op-numbers discard stale messages; the client table answers repeated requests without executing them again.",
        "recovery": "None needed."
      },
      "slow_leader": {
        "behavior": "Requests are as slow as the primary until a backup's timeout starts a view change.",
        "recovery": "Let the view change happen; lower the timeout if it comes too late."
      },
      "crash_during_recovery": {
        "behavior": "The replica starts recovery again with a new nonce; answers to the old nonce are ignored.",
        "recovery": "Restart it again."
      }
    },
    "performance": {
      "messageFormula": "2(n − 1)",
      "latency": "One round trip from the primary to the f fastest backups; no disk write is needed in the normal case if replicas fail independently.",
      "throughput": "Bounded by the primary, which sends every request to n − 1 backups.",
      "availability": "While f + 1 replicas are up; failover takes a view-change timeout and three message delays.",
      "messageTerms": {
        "quadratic": 0,
        "linear": 2,
        "constant": -2
      },
      "roundTripsPerCommit": 1,
      "clientRoundTrips": 2
    },
    "implementations": [
      "TigerBeetle"
    ],
    "notFor": "Nodes that may lie; correlated power loss when replicas keep nothing on disk.",
    "references": [
      "oki1988",
      "liskov2012"
    ],
    "timeouts": {
      "electionTimeoutMinMs": 150,
      "electionTimeoutMaxMs": 300,
      "heartbeatIntervalMs": 50,
      "sources": [
        {
          "reference": "ongaro2014",
          "section": "§9.3; the VR papers give no figures"
        }
      ],
      "note": "View-change timeouts play the part of Raft's election timeouts; the figures are Raft's, for a LAN."
    }
  },
  "pbft": {
    "id": "pbft",
    "name": "PBFT",
    "problem": "consensus",
    "faultModel": "byzantine",
    "summary": "Orders requests among replicas of which f may lie: pre-prepare, prepare and commit among all replicas, and a view change with certificates when the primary is faulty.",
    "nodesNeeded": "n ≥ 3f + 1",
    "quorum": {
      "formula": "⌈(n + f + 1)/2⌉, which is 2f + 1 at n = 3f + 1",
      "intersection": "any two quorums share at least f + 1 replicas, so at least one correct one"
    },
    "safetyProperties": [
      {
        "name": "Agreement within a view",
        "statement": "Two correct replicas never prepare different requests for the same view and sequence number."
      },
      {
        "name": "Agreement across views",
        "statement": "A request committed by a correct replica keeps its sequence number in all later views."
      },
      {
        "name": "Linearizability",
        "statement": "The replicated service behaves as one that executes operations atomically, one at a time."
      }
    ],
    "proof": {
      "theorem": "Correct replicas that commit requests m and m′ at sequence number s have m = m′.",
      "lemma": "Byzantine quorum intersection: |Q₁ ∩ Q₂| ≥ 2·⌈(n + f + 1)/2⌉ − n ≥ f + 1, so Q₁ ∩ Q₂ contains a correct replica.",
      "argument": [
        "Within a view v: prepared(m, v, s) at a correct replica means that a quorum signed PREPARE or PRE-PREPARE for (v, s, digest of m). Were m′ ≠ m prepared too, a correct replica in both quorums would have signed two digests for (v, s), which it never does.",
        "Across views: if m committed at s in v, a quorum Q_c prepared it. The NEW-VIEW of a later view rests on a quorum Q_v of VIEW-CHANGE messages; a correct replica in Q_c ∩ Q_v reports its prepared certificate for (m, s).",
        "Certificates cannot be forged, and no conflicting one of a higher view exists, by the first step and induction over the views; hence the new view must propose m at s again."
      ],
      "restriction": "Signatures or authenticators cannot be forged, digests do not collide, and at most f replicas are faulty in the window of vulnerability.",
      "sources": [
        {
          "reference": "castro1999",
          "section": "§4.2 normal case, §4.4 view changes, §4.5.1 safety"
        },
        {
          "reference": "castro2002",
          "section": "full protocol and proof outline"
        },
        {
          "reference": "lamport1982",
          "section": "no solution with n ≤ 3f for unsigned messages"
        }
      ]
    },
    "liveness": [
      "At most f replicas are faulty and a quorum of correct ones can talk to each other.",
      "Message delay does not grow faster than the view-change timeout indefinitely (§4.5.2); the timeout doubles with every unsuccessful view change."
    ],
    "behaviors": {
      "none_down": {
        "behavior": "The primary's request commits after pre-prepare, prepare and commit; the client waits for f + 1 equal replies.",
        "recovery": "Nothing to recover."
      },
      "one_down": {
        "behavior": "A silent or lying backup is outvoted. A silent or equivocating primary is detected by the clients' timeouts and replaced by a view change.",
        "recovery": "Repair the replica, or recover it proactively; it fetches a checkpoint with a proof of 2f + 1 signatures."
      },
      "f_down": {
        "behavior": "The correct replicas still hold a quorum, so requests continue whatever the f faulty ones do.",
        "recovery": "Replace the faulty replicas and their keys before another fails."
      },
      "more_than_f_down": {
        "behavior": "With fewer replicas up than a quorum the service stops. If more than f replicas lie, safety itself is lost: correct replicas may commit different requests, and nothing detects it from within.",
        "recovery": "Stop the service, audit the logs and checkpoints of all replicas, and restart from a state that f + 1 known-correct replicas signed."
      },
      "minority_partition": {
        "behavior": "A side without a quorum commits nothing; its view changes do not complete.",
        "recovery": "On heal they fetch the latest stable checkpoint and join the current view."
      },
      "majority_partition": {
        "behavior": "A side with a quorum of correct replicas continues, after a view change if the primary is on the other side; with fewer, nobody continues.",
        "recovery": "On heal the others transfer state."
      },
      "clock_skew": {
        "behavior": "Safety does not depend on clocks; skewed timeouts cause early or late view changes.",
        "recovery": "Base timeouts on local intervals, never on wall clocks of others."
      },
      "message_reordering_and_duplication": {
        "behavior": "View and sequence numbers with watermarks discard stale and repeated messages; request timestamps give exactly-once execution.",
        "recovery": "None needed."
      },
      "slow_leader": {
        "behavior": "A malicious primary may delay each request to just under the timeout and slow the whole service down without being replaced.",
        "recovery": "Bound the timeout by observed delays, rotate primaries, or use a protocol with performance guarantees."
      },
      "crash_during_recovery": {
        "behavior": "A replica that crashes during state transfer starts again from the last stable checkpoint, which any f + 1 replicas prove.",
        "recovery": "Restart it; it takes no part in quorums before its checkpoint is verified."
      }
    },
    "performance": {
      "messageFormula": "2n(n − 1)",
      "latency": "Three message delays among replicas (pre-prepare, prepare, commit) and authentication of every message; five delays for the client.",
      "throughput": "Bounded by 2n(n − 1) messages an operation between replicas; batching amortises them.",
      "availability": "While a quorum of correct replicas is up and connected.",
      "messageTerms": {
        "quadratic": 2,
        "linear": -2,
        "constant": 0
      },
      "roundTripsPerCommit": 1.5,
      "clientRoundTrips": 2.5
    },
    "implementations": [
      "BFT-SMaRt",
      "Hyperledger Fabric (SmartBFT orderer)",
      "CometBFT (Tendermint consensus, descended from it)"
    ],
    "notFor": "Crash faults only, where 2f + 1 nodes and a linear number of messages do; large n.",
    "references": [
      "castro1999",
      "castro2002",
      "lamport1982",
      "dwork1988",
      "malkhi1998"
    ],
    "timeouts": {
      "electionTimeoutMinMs": 150,
      "electionTimeoutMaxMs": 300,
      "sources": [
        {
          "reference": "castro1999",
          "section": "§4.5.2: the timeout doubles with each view change; no figure is prescribed"
        }
      ],
      "note": "View-change timeout; the figures are a LAN starting point of the size of Raft's. There is no heartbeat, clients' requests arm the timer."
    }
  },
  "fab-paxos": {
    "id": "fab-paxos",
    "name": "FaB Paxos",
    "problem": "consensus",
    "faultModel": "byzantine",
    "summary": "Agreement in two message delays among nodes of which f may lie, as long as no more than t of them fail: the leader proposes, acceptors accept, and who counts enough acceptances learns. Commit proofs and a view change on a progress certificate serve the other cases.",
    "nodesNeeded": "n ≥ 3f + 2t + 1",
    "quorum": {
      "formula": "⌈(n + 3f + 1)/2⌉ acceptances to learn at once, ⌈(n + f + 1)/2⌉ for a commit proof, ⌈(n + f + 1)/2⌉ commit proofs to learn",
      "intersection": "what was learned at once is in ⌈(n − f + 1)/2⌉ of any n − f reports; what was learned by commit proofs has its proof in at least one"
    },
    "safetyProperties": [
      {
        "name": "CS1",
        "statement": "Only a value that has been proposed may be chosen."
      },
      {
        "name": "CS2",
        "statement": "Only a single value may be chosen."
      },
      {
        "name": "CS3",
        "statement": "Only a chosen value may be learned by a correct learner."
      }
    ],
    "proof": {
      "theorem": "If v is chosen in view w, correct acceptors accept only v in every view after w.",
      "lemma": "Among n − f reports at least ⌈(n − f + 1)/2⌉ are of correct acceptors that accepted v in w, where v was learned at once; at most one value has that many. Where v was learned by commit proofs, a correct acceptor that holds one is among them.",
      "argument": [
        "By induction over the views after w: all that correct acceptors accepted since w is v, so their reports of views from w on name v, and so do all commit proofs of views from w on, since each holds a correct acceptance.",
        "Learned at once: v has enough reports whose views are w or later. A proof of another value is of a view before w, or in w together with v it would have a correct acceptor that accepted both. So the certificate vouches for v alone.",
        "Learned by proofs: a proof of v of view w or later is in the certificate. Another value with enough reports has a correct one among them, of a view before w, or in w, where the proof goes before. So it vouches for v alone."
      ],
      "restriction": "Signatures cannot be forged, at most f nodes are faulty, and an acceptor's word is on disk before it is given.",
      "sources": [
        {
          "reference": "martin2006",
          "section": "§5.3 recovery and vouching, and the parameterized protocol"
        },
        {
          "reference": "abraham2017",
          "section": "§3: a progress certificate that vouches for no value"
        },
        {
          "reference": "abraham2018",
          "section": "§2 Thelma: the view change that compares views"
        }
      ]
    },
    "liveness": [
      "At most f nodes are faulty and the correct ones can talk to each other.",
      "Message delay does not grow faster than the view timeout indefinitely.",
      "Every progress certificate vouches for some value. As published, one may vouch for none after an equivocating leader; comparing the views of commit proofs and reports mends that."
    ],
    "behaviors": {
      "none_down": {
        "behavior": "A value is learned two message delays after it was proposed.",
        "recovery": "Nothing to recover."
      },
      "one_down": {
        "behavior": "Up to t silent acceptors cost nothing, more cost the third delay of the commit proofs. A silent or equivocating leader is replaced after a timeout.",
        "recovery": "Restart it with its disk; it pulls the outcome."
      },
      "f_down": {
        "behavior": "Commit proofs still form and are learned, in three message delays.",
        "recovery": "Replace the faulty nodes before another fails."
      },
      "more_than_f_down": {
        "behavior": "With more than f nodes silent nothing is decided. With more than f liars correct nodes may learn different values.",
        "recovery": "Stop, audit what each node has signed, and restart from a state that f + 1 known-correct nodes confirm."
      },
      "minority_partition": {
        "behavior": "A side with fewer than n − f nodes changes views at most and decides nothing.",
        "recovery": "On heal its nodes pull the outcome from f + 1 others, or join the view of the others."
      },
      "majority_partition": {
        "behavior": "A side with n − f correct nodes decides, after a view change where the leader is on the other side.",
        "recovery": "On heal the others pull the outcome."
      },
      "clock_skew": {
        "behavior": "Safety does not depend on clocks; skewed timeouts cause early or late view changes.",
        "recovery": "Base timeouts on local intervals."
      },
      "message_reordering_and_duplication": {
        "behavior": "Views order all messages; votes are counted once for each node.",
        "recovery": "None needed."
      },
      "slow_leader": {
        "behavior": "A leader slower than the timeout is replaced; the next one is bound by the progress certificate.",
        "recovery": "Timeouts double with each view until a leader has the time it needs."
      },
      "crash_during_recovery": {
        "behavior": "What an acceptor accepted, proved and reported is on disk, and so is what a leader proposed in its view.",
        "recovery": "Restart it; it pulls what it missed."
      }
    },
    "performance": {
      "messageFormula": "2n² − n − 1",
      "latency": "Two message delays among nodes while at most t fail, three while at most f do; four or five for the client.",
      "throughput": "Bounded by 2n² − n − 1 messages a decision: n − 1 proposals, n(n − 1) acceptances and as many commit proofs.",
      "availability": "While n − f correct nodes are up and connected.",
      "messageTerms": {
        "quadratic": 2,
        "linear": -1,
        "constant": -1
      },
      "roundTripsPerCommit": 1,
      "clientRoundTrips": 2
    },
    "implementations": [
      "ByzzBench (Java, a research simulator)"
    ],
    "notFor": "Where three delays will do and n = 3f + 1 nodes must (PBFT); crash faults only.",
    "references": [
      "martin2006",
      "abraham2017",
      "abraham2018",
      "castro1999",
      "lamport2001"
    ],
    "timeouts": {
      "electionTimeoutMinMs": 500,
      "electionTimeoutMaxMs": 1000,
      "sources": [
        {
          "reference": "martin2006",
          "section": "§5.3: leaders are replaced when they are suspected; no figure is prescribed"
        }
      ],
      "note": "View timeout; the figures are a starting point. There is no heartbeat, what clients propose arms the timer."
    }
  },
  "paxos": {
    "id": "paxos",
    "name": "Paxos (single decree)",
    "problem": "consensus",
    "faultModel": "crash",
    "summary": "Chooses one value once and for all: a proposer collects promises from a majority, adopts the value of the highest ballot that they accepted, and has it accepted by a majority.",
    "nodesNeeded": "n ≥ 2f + 1",
    "quorum": {
      "formula": "⌊n/2⌋ + 1",
      "intersection": "any two majorities share at least one acceptor"
    },
    "safetyProperties": [
      {
        "name": "Nontriviality",
        "statement": "Only a value that has been proposed may be chosen."
      },
      {
        "name": "Consistency",
        "statement": "Only a single value is chosen."
      },
      {
        "name": "Learning",
        "statement": "A process never learns that a value has been chosen unless it has been."
      }
    ],
    "proof": {
      "theorem": "Consistency: if (b, v) and (b′, v′) are chosen, then v = v′.",
      "lemma": "Quorum intersection: majorities Q₁, Q₂ ⊆ N have |Q₁| + |Q₂| > |N|, hence Q₁ ∩ Q₂ ≠ ∅.",
      "argument": [
        "Claim (P2b): if (b, v) is chosen, every proposal issued with a ballot b′ > b has the value v. Strong induction over b′.",
        "The proposer of b′ holds promises of a majority Q₁; a majority Q₂ accepted (b, v). Some a ∈ Q₁ ∩ Q₂ accepted (b, v) before it promised b′, since after that it refuses b < b′.",
        "So the highest ballot reported by Q₁ lies in [b, b′), and by induction its value is v. The proposer must take it (P2c): it proposes v."
      ],
      "restriction": "Promises and acceptances are on disk before they are answered; ballots of different proposers never coincide, and a proposer never issues two values with one ballot.",
      "sources": [
        {
          "reference": "lamport2001",
          "section": "§2.2, P2a to P2c"
        },
        {
          "reference": "lamport1998",
          "section": "§2, the synod"
        }
      ]
    },
    "liveness": [
      "A majority of the acceptors is up and can talk to one proposer.",
      "No other proposer outbids it meanwhile; duelling proposers may go on for ever (FLP), so they back off at random."
    ],
    "behaviors": {
      "none_down": {
        "behavior": "A lone proposer chooses its value in two round trips to the fastest majority.",
        "recovery": "Nothing to recover."
      },
      "one_down": {
        "behavior": "A failed acceptor costs only redundancy. When the proposer fails between its phases, another with a higher ballot finds and finishes what it may have chosen.",
        "recovery": "The acceptor restarts with its durable promise and acceptance."
      },
      "f_down": {
        "behavior": "Exactly a majority of the acceptors remains; a value can still be chosen and learnt.",
        "recovery": "Restart the failed acceptors with their disks."
      },
      "more_than_f_down": {
        "behavior": "No majority answers, so nothing is chosen; a value chosen before stays chosen, but may not be learnable.",
        "recovery": "Restart acceptors until a majority is up. One that lost its disk must not answer under its old identity."
      },
      "minority_partition": {
        "behavior": "Proposers there get no majority of promises and choose nothing.",
        "recovery": "On heal they learn the chosen value, or raise their ballot."
      },
      "majority_partition": {
        "behavior": "A proposer there chooses a value, or the one that may be chosen already.",
        "recovery": "On heal the others learn it."
      },
      "clock_skew": {
        "behavior": "Clocks only pace retries; agreement does not depend on them.",
        "recovery": "Nothing to recover."
      },
      "message_reordering_and_duplication": {
        "behavior": "Messages of lower ballots are refused, repeated ones are answered alike.",
        "recovery": "None needed."
      },
      "slow_leader": {
        "behavior": "There is no leader; a slow proposer is outbid by a faster one, which carries its value on if an acceptor reported it.",
        "recovery": "None needed; lengthen the back-off if proposers outbid each other."
      },
      "crash_during_recovery": {
        "behavior": "A proposer that crashes while it repeats phase 1 leaves promises behind, which only force the next to a higher ballot.",
        "recovery": "Propose again with a higher ballot."
      }
    },
    "performance": {
      "messageFormula": "5(n − 1)",
      "latency": "Prepare and accept, two round trips to the fastest majority, each with a durable write on its acceptors; learners hear half a round trip later.",
      "throughput": "One value an instance; for a sequence of values, Multi-Paxos saves phase 1.",
      "availability": "While a majority of the acceptors and one proposer are up and connected.",
      "messageTerms": {
        "quadratic": 0,
        "linear": 5,
        "constant": -5
      },
      "roundTripsPerCommit": 2,
      "clientRoundTrips": 3
    },
    "implementations": [
      "Apache Cassandra lightweight transactions",
      "Gryadka (CASPaxos)"
    ],
    "notFor": "A log of many commands, which Multi-Paxos or Raft replicate with one round trip each; nodes that may lie.",
    "references": [
      "lamport1998",
      "lamport2001",
      "fischer1985"
    ],
    "timeouts": {
      "electionTimeoutMinMs": 150,
      "electionTimeoutMaxMs": 300,
      "sources": [
        {
          "reference": "ongaro2014",
          "section": "§9.3; the Paxos papers give no figures"
        }
      ],
      "note": "The time after which a proposer tries again with a higher ballot, at random in the range. The figures are Raft's, for a LAN; there are no heartbeats."
    }
  },
  "flexible-paxos": {
    "id": "flexible-paxos",
    "name": "Flexible Paxos",
    "problem": "consensus",
    "faultModel": "crash",
    "summary": "Paxos in which only the quorums of different phases must meet, so that the frequent phase 2 may use fewer nodes than a majority and the rare phase 1 uses more.",
    "nodesNeeded": "n ≥ 2f + 1 to elect and commit with f failures; to go on committing only, n ≥ q₂ + f",
    "quorum": {
      "formula": "q₁ + q₂ > n",
      "intersection": "every phase-1 quorum meets every phase-2 quorum; two phase-2 quorums need not meet"
    },
    "safetyProperties": [
      {
        "name": "Validity",
        "statement": "Only a value that has been proposed may be chosen."
      },
      {
        "name": "Agreement",
        "statement": "Only a single value is chosen in a slot."
      }
    ],
    "proof": {
      "theorem": "Agreement: if v is chosen in ballot b and v′ in ballot b′, then v = v′.",
      "lemma": "Q₁ ∩ Q₂ ≠ ∅ for every phase-1 quorum Q₁ and phase-2 quorum Q₂; with sizes, q₁ + q₂ > n.",
      "argument": [
        "Two values chosen in one ballot are the same, since a ballot has one proposer and it proposes one value.",
        "For b < b′ the proposer of b′ has promises of a Q₁, and the acceptances of (b, v) contain a Q₂. By the lemma some acceptor accepted (b, v) before it promised b′, and reported it or a higher ballot below b′.",
        "By induction over the ballots every proposal from b on has the value v, so the proposer of b′ proposes v.",
        "Nowhere do two phase-1 quorums, or two phase-2 quorums, have to share a node."
      ],
      "restriction": "All proposers use the same quorum system; changing q₁ or q₂ is a reconfiguration.",
      "sources": [
        {
          "reference": "howard2016",
          "section": "quorum intersection of phases, with the proof"
        },
        {
          "reference": "lamport2001",
          "section": "§2.2"
        }
      ]
    },
    "liveness": [
      "To commit under a leader that is established, a phase-2 quorum is up; to establish one, a phase-1 quorum.",
      "One proposer is distinguished for long enough."
    ],
    "behaviors": {
      "none_down": {
        "behavior": "The leader commits once q₂ nodes, itself among them, have accepted.",
        "recovery": "Nothing to recover."
      },
      "one_down": {
        "behavior": "A failed follower costs only redundancy while q₂ nodes remain. After a failed leader a new one needs q₁ promises: with q₁ = n, one node down already prevents that.",
        "recovery": "Restart the node with its durable state."
      },
      "f_down": {
        "behavior": "With n − f ≥ max(q₁, q₂) both phases go on; with n − f between q₂ and q₁ the present leader commits, but none can be elected.",
        "recovery": "Restart nodes before the leader fails too."
      },
      "more_than_f_down": {
        "behavior": "With fewer than q₂ nodes nothing commits; with fewer than q₁ no leader is elected. What is chosen stays chosen.",
        "recovery": "Restart nodes until q₁ are up. Losing the disks of q₂ nodes can lose a chosen value, and q₂ is smaller than a majority."
      },
      "minority_partition": {
        "behavior": "A leader with q₂ nodes on its side goes on even there; the others cannot get q₁ promises, so no second leader arises.",
        "recovery": "On heal the others learn the chosen slots."
      },
      "majority_partition": {
        "behavior": "It elects a leader only if it has q₁ nodes. With fewer, it waits although it is the majority.",
        "recovery": "On heal the leader with the higher ballot goes on."
      },
      "clock_skew": {
        "behavior": "Safety does not depend on clocks; only election and leases do.",
        "recovery": "Bound the drift that leases assume."
      },
      "message_reordering_and_duplication": {
        "behavior": "Ballots order everything, as in Paxos.",
        "recovery": "None needed between replicas."
      },
      "slow_leader": {
        "behavior": "Every slot waits for the leader; a small q₂ spares it the slow followers, not itself.",
        "recovery": "Move the leadership, for which q₁ nodes must answer."
      },
      "crash_during_recovery": {
        "behavior": "Promises left by a candidate that crashed force the next to a higher ballot; nothing accepted is lost.",
        "recovery": "Elect again with a higher ballot."
      }
    },
    "performance": {
      "messageFormula": "2(n − 1), or 2(q₂ − 1) when only one phase-2 quorum is asked",
      "latency": "One accept round trip to the (q₂ − 1)-th nearest follower, where majorities wait for the ⌊n/2⌋-th.",
      "throughput": "Bounded by the leader, which with a small q₂ may ask fewer nodes.",
      "availability": "Writes under a leader tolerate n − q₂ failures, elections n − q₁.",
      "messageTerms": {
        "quadratic": 0,
        "linear": 2,
        "constant": -2
      },
      "roundTripsPerCommit": 1,
      "clientRoundTrips": 2
    },
    "implementations": [
      "WPaxos",
      "LogDevice"
    ],
    "notFor": "Clusters whose leader fails often; anything where the disks of q₂ nodes may be lost together.",
    "references": [
      "howard2016",
      "lamport2001",
      "ailijiang2020"
    ],
    "timeouts": {
      "electionTimeoutMinMs": 150,
      "electionTimeoutMaxMs": 300,
      "heartbeatIntervalMs": 50,
      "sources": [
        {
          "reference": "ongaro2014",
          "section": "§9.3; the Flexible Paxos paper gives no figures"
        }
      ],
      "note": "As for Multi-Paxos, the figures are Raft's, for a LAN. With a large q₁ elections are dear, so rather too long than too short."
    }
  },
  "zab": {
    "id": "zab",
    "name": "Zab",
    "problem": "consensus",
    "faultModel": "crash",
    "summary": "Atomic broadcast of a primary's state changes: a leader of an epoch proposes, followers acknowledge in order, and a new leader first synchronises a quorum with the most recent history.",
    "nodesNeeded": "n ≥ 2f + 1",
    "quorum": {
      "formula": "⌊n/2⌋ + 1",
      "intersection": "any two majorities share at least one process"
    },
    "safetyProperties": [
      {
        "name": "Integrity",
        "statement": "A process delivers only transactions that some primary broadcast."
      },
      {
        "name": "Total order",
        "statement": "If a process delivers t before t′, every process that delivers t′ delivers t before it."
      },
      {
        "name": "Agreement",
        "statement": "Of two processes, one has delivered everything that the other has, up to the shorter history."
      },
      {
        "name": "Local primary order",
        "statement": "Transactions of one primary are delivered in the order in which it broadcast them."
      },
      {
        "name": "Global primary order",
        "statement": "A transaction of an earlier epoch is delivered before any of a later epoch."
      },
      {
        "name": "Primary integrity",
        "statement": "A primary broadcasts only after it delivered everything of earlier epochs that is ever delivered."
      }
    ],
    "proof": {
      "theorem": "Primary integrity and agreement: if transaction t of epoch e is committed, the initial history of every later epoch e′ > e contains t, in its place.",
      "lemma": "Quorum intersection: majorities Q, Q′ of the ensemble share a process.",
      "argument": [
        "t was acknowledged by a quorum Q, each of which had it in its history before it took part in an epoch above e.",
        "The leader of e′ heard from a quorum Q′ of followers that promised e′ in the discovery phase. A process in Q ∩ Q′ reported a history with t in it.",
        "The leader takes the history with the highest epoch, and of these the highest zxid. If its epoch is e, it extends what the one leader of e proposed in order, so it contains t; if it is between e and e′, it does by induction over the epochs.",
        "The leader proposes nothing before a quorum took over that history (synchronisation), so t keeps its place."
      ],
      "restriction": "Channels between two processes are FIFO; the accepted epoch, the current epoch and the history are durable before they are acknowledged.",
      "sources": [
        {
          "reference": "junqueira2011",
          "section": "§III properties, §IV phases, §V analysis"
        }
      ]
    },
    "liveness": [
      "A quorum is up, can talk to one leader, and that leader stays long enough to synchronise it.",
      "Message delay stays below the timeouts of followers and leader."
    ],
    "behaviors": {
      "none_down": {
        "behavior": "The leader commits a proposal once a quorum acknowledged it, and tells all followers in zxid order.",
        "recovery": "Nothing to recover."
      },
      "one_down": {
        "behavior": "A failed follower costs only redundancy. After a failed leader the ensemble elects, discovers and synchronises; until then nothing is broadcast.",
        "recovery": "The process rejoins, and the leader sends it what it lacks, truncates what it has too much, or sends a snapshot."
      },
      "f_down": {
        "behavior": "Exactly a quorum remains, so broadcast goes on; one more failure stops it.",
        "recovery": "Restart the failed servers one at a time."
      },
      "more_than_f_down": {
        "behavior": "The leader loses its quorum and gives up; no leader is established, so writes stop. Delivered transactions remain.",
        "recovery": "Restart servers until a quorum is up with its disks."
      },
      "minority_partition": {
        "behavior": "A leader there loses its quorum after the sync limit and steps down; servers refuse writes, and in ZooKeeper also reads unless read-only mode is on.",
        "recovery": "On heal they follow the leader of the higher epoch, which truncates their uncommitted proposals."
      },
      "majority_partition": {
        "behavior": "It elects a leader, synchronises and goes on in a higher epoch.",
        "recovery": "On heal the others are synchronised."
      },
      "clock_skew": {
        "behavior": "Order and agreement do not depend on clocks; sessions expire by the leader's ticks.",
        "recovery": "Nothing to recover."
      },
      "message_reordering_and_duplication": {
        "behavior": "Zab needs FIFO channels and takes them from TCP; across connections, epochs and zxids discard what is stale.",
        "recovery": "Reconnect, which synchronises anew."
      },
      "slow_leader": {
        "behavior": "All writes are as slow as the leader's disk and network; it keeps its role while its pings arrive in time.",
        "recovery": "Restart it, so that another is elected, and give the transaction log a disk of its own."
      },
      "crash_during_recovery": {
        "behavior": "A leader that crashes in discovery or synchronisation leaves an accepted epoch behind; the next has a higher one and finds the same history.",
        "recovery": "The servers elect again."
      }
    },
    "performance": {
      "messageFormula": "3(n − 1)",
      "latency": "One round trip from the leader to the fastest majority plus a durable write there; followers deliver half a round trip later, on COMMIT.",
      "throughput": "Bounded by the leader; many proposals are outstanding at once and keep their order.",
      "availability": "While a quorum is up and synchronised; failover takes the detection, an election, and two phases of recovery.",
      "messageTerms": {
        "quadratic": 0,
        "linear": 3,
        "constant": -3
      },
      "roundTripsPerCommit": 1,
      "clientRoundTrips": 2
    },
    "implementations": [
      "Apache ZooKeeper"
    ],
    "notFor": "Nodes that may lie; linearizable reads at followers without a sync first.",
    "references": [
      "junqueira2011",
      "apache2022"
    ],
    "timeouts": {
      "electionTimeoutMinMs": 10000,
      "electionTimeoutMaxMs": 20000,
      "heartbeatIntervalMs": 1000,
      "sources": [
        {
          "reference": "apache2022",
          "section": "tickTime, initLimit, syncLimit"
        }
      ],
      "note": "ZooKeeper's sample configuration: a follower may lag syncLimit = 5 ticks of 2 s, and has initLimit = 10 ticks to connect and synchronise. The two are limits and no random range. The leader pings twice a tick."
    }
  },
  "primary-backup": {
    "id": "primary-backup",
    "name": "Primary-backup replication",
    "problem": "replication",
    "faultModel": "crash",
    "summary": "One primary executes operations and ships them to backups, synchronously, semi-synchronously or asynchronously; an outside authority decides who is primary.",
    "nodesNeeded": "n ≥ f + 1",
    "quorum": {
      "formula": "n (synchronous), 2 (semi-synchronous with one acknowledgement), 1 (asynchronous)",
      "intersection": "the set that acknowledges a write must contain the next primary"
    },
    "safetyProperties": [
      {
        "name": "Single primary",
        "statement": "At any time at most one server acts as primary."
      },
      {
        "name": "No lost update",
        "statement": "An acknowledged update is known to the next primary; holds for synchronous replication only."
      }
    ],
    "proof": {
      "theorem": "With synchronous replication to all live backups and a single primary, every acknowledged update survives f failures of f + 1 servers.",
      "lemma": "The acknowledging set A of every update and the set of possible successors S satisfy S ⊆ A.",
      "argument": [
        "An update is acknowledged only after every server in the current configuration stored it.",
        "A successor is chosen from that configuration, so it stored every acknowledged update.",
        "With asynchronous replication A = {primary}, the lemma fails, and updates within the replication lag are lost at failover."
      ],
      "restriction": "The authority that names the primary is itself fault-tolerant (consensus, or a lease with fencing).",
      "sources": [
        {
          "reference": "budhiraja1993",
          "section": "specification and lower bounds"
        }
      ]
    },
    "liveness": [
      "The authority that names the primary can detect its failure and is itself available."
    ],
    "behaviors": {
      "one_down": {
        "behavior": "A failed primary stops writes until the authority promotes a backup; asynchronous mode loses the updates within the lag.",
        "recovery": "Fence the old primary, promote the most advanced backup, rebuild the old one from it."
      },
      "minority_partition": {
        "behavior": "A primary cut off from the authority must stop when its lease ends; without a lease or fencing, two primaries accept writes.",
        "recovery": "Fence one side, keep the other's history, and reconcile what the fenced side acknowledged."
      },
      "clock_skew": {
        "behavior": "Leases are safe only within the drift bound they assume.",
        "recovery": "Add fencing tokens that storage checks, so that safety does not rest on clocks."
      }
    },
    "performance": {
      "messageFormula": "2(n − 1)",
      "latency": "Synchronous, a round trip to the slowest backup; semi-synchronous, to the fastest; asynchronous, none.",
      "throughput": "Bounded by the primary.",
      "availability": "While the primary is up; failover needs the authority."
    },
    "implementations": [
      "PostgreSQL streaming replication with Patroni",
      "MySQL semi-synchronous replication",
      "Redis with Sentinel (asynchronous)"
    ],
    "notFor": "Automatic failover without loss unless replication is synchronous and the primary is fenced.",
    "references": [
      "budhiraja1993",
      "schneider1990"
    ]
  },
  "dynamo-quorums": {
    "id": "dynamo-quorums",
    "name": "Dynamo-style quorums",
    "problem": "replication",
    "faultModel": "crash",
    "summary": "Every key has N replicas; a write waits for W acknowledgements, a read for R answers, and versions reconcile conflicting writes afterwards.",
    "nodesNeeded": "N ≥ f + max(R, W)",
    "quorum": {
      "formula": "R + W > N for overlapping reads and writes",
      "intersection": "read and write quorums share a replica when R + W > N and quorums are strict"
    },
    "safetyProperties": [
      {
        "name": "Eventual consistency",
        "statement": "Replicas that received the same updates converge to the same value."
      },
      {
        "name": "Read overlap",
        "statement": "With R + W > N, strict quorums and no concurrent write, a read returns the latest completed write. This is not linearizability."
      }
    ],
    "proof": {
      "theorem": "With strict quorums and R + W > N, every read quorum contains a replica that stored the latest completed write.",
      "lemma": "|Q_R| + |Q_W| = R + W > N, hence Q_R ∩ Q_W ≠ ∅.",
      "argument": [
        "By the lemma some replica of the read quorum acknowledged the write, so its version is among the answers.",
        "A partly completed write may be returned by one read and missed by the next, so reads are not linearizable without write-back.",
        "Sloppy quorums with hinted handoff use other nodes, and the lemma no longer applies."
      ],
      "restriction": "Strict quorums, and versions that order the write after its predecessors.",
      "sources": [
        {
          "reference": "decandia2007",
          "section": "§4.5 and §4.6"
        },
        {
          "reference": "gifford1979",
          "section": "r + w > v"
        },
        {
          "reference": "bailis2012",
          "section": "staleness of partial quorums"
        }
      ]
    },
    "liveness": [
      "R (for reads) or W (for writes) replicas of the key answer."
    ],
    "behaviors": {
      "one_down": {
        "behavior": "Reads and writes continue while R and W replicas answer; hints wait for the one that is down.",
        "recovery": "Hinted handoff and anti-entropy (Merkle trees) bring it up to date."
      },
      "minority_partition": {
        "behavior": "With sloppy quorums both sides accept writes and keys get siblings; with strict quorums the smaller side refuses.",
        "recovery": "On heal versions are exchanged; concurrent ones are merged by the application, a CRDT, or last-writer-wins with loss."
      },
      "clock_skew": {
        "behavior": "Last-writer-wins drops the write with the smaller timestamp, even if it came later.",
        "recovery": "Use vector clocks or CRDTs instead, or bound the skew."
      }
    },
    "performance": {
      "messageFormula": "2N for N replicas",
      "latency": "The W-th fastest acknowledgement for writes, the R-th fastest answer for reads.",
      "throughput": "Grows with the nodes, since every key has its own replicas and no leader.",
      "availability": "Writes while W, reads while R replicas of the key are up."
    },
    "implementations": [
      "Apache Cassandra",
      "Riak",
      "ScyllaDB"
    ],
    "notFor": "Compare-and-set, uniqueness, or anything that needs linearizability.",
    "references": [
      "decandia2007",
      "gifford1979",
      "bailis2012"
    ]
  },
  "two-phase-commit": {
    "id": "two-phase-commit",
    "name": "Two-phase commit",
    "problem": "transaction",
    "faultModel": "crash",
    "summary": "A coordinator asks all participants to prepare, and commits only if every one voted yes.",
    "nodesNeeded": "all participants",
    "quorum": {
      "formula": "n (unanimous)",
      "intersection": "every participant is in every decision"
    },
    "safetyProperties": [
      {
        "name": "Atomic commitment",
        "statement": "No two participants decide differently, and commit is decided only if all voted yes."
      }
    ],
    "proof": {
      "theorem": "No participant commits while another aborts.",
      "lemma": "A participant that voted yes decides only what the coordinator logged.",
      "argument": [
        "The coordinator logs exactly one decision before it sends any; commit requires a yes from every participant.",
        "A participant that voted no aborts alone; the coordinator then cannot have decided commit.",
        "One that voted yes waits for the logged decision, so all of them decide alike."
      ],
      "restriction": "Logs are durable. The protocol blocks, and must, while the coordinator is down after a yes vote.",
      "sources": [
        {
          "reference": "gray1978",
          "section": "two-phase commit"
        },
        {
          "reference": "skeen1981",
          "section": "blocking of two-phase commit"
        }
      ]
    },
    "liveness": [
      "The coordinator and all participants are up, or recover with their logs."
    ],
    "behaviors": {
      "one_down": {
        "behavior": "A participant down before its vote aborts the transaction. A coordinator down after the votes blocks every participant that voted yes, with its locks held.",
        "recovery": "The coordinator restarts and finishes from its log; replicate that log by consensus so that it restarts elsewhere."
      },
      "minority_partition": {
        "behavior": "Prepared participants cut off from the coordinator stay in doubt and hold their locks.",
        "recovery": "They ask for the decision on heal; deciding by hand before that may break atomicity."
      }
    },
    "performance": {
      "messageFormula": "4(n − 1)",
      "latency": "Two round trips to the slowest participant and two forced log writes on the way.",
      "throughput": "Bounded by lock hold time, which is at least the two rounds.",
      "availability": "While the coordinator and all participants are up; the product of their availabilities."
    },
    "implementations": [
      "XA transaction managers",
      "PostgreSQL PREPARE TRANSACTION",
      "Google Spanner (over Paxos groups)"
    ],
    "notFor": "Participants that may be away for long; steps without a prepare.",
    "references": [
      "gray1978",
      "skeen1981"
    ]
  },
  "saga": {
    "id": "saga",
    "name": "Saga",
    "problem": "transaction",
    "faultModel": "crash",
    "summary": "A sequence of local transactions, each with a compensation that undoes it semantically when a later one fails.",
    "nodesNeeded": "all participants, not at the same time",
    "quorum": {
      "formula": "1 at a time",
      "intersection": "none: there is no isolation between sagas"
    },
    "safetyProperties": [
      {
        "name": "Semantic atomicity",
        "statement": "Either all steps complete, or every completed step is compensated. Isolation is not guaranteed."
      }
    ],
    "proof": {
      "theorem": "A saga T₁ … T_n ends as T₁ … T_n or as T₁ … T_j C_j … C₁ for some j < n.",
      "lemma": "Every step and compensation is idempotent and its completion is logged durably.",
      "argument": [
        "The log tells, after any crash, which steps completed; the saga is resumed forward or backward from there.",
        "Compensations are retried until they succeed, so the backward path ends."
      ],
      "restriction": "Compensations cannot fail for good; steps that cannot be compensated come last.",
      "sources": [
        {
          "reference": "garciamolina1987",
          "section": "§2 and §5"
        }
      ]
    },
    "liveness": [
      "Every participant is up eventually, and every compensation succeeds eventually."
    ],
    "behaviors": {
      "one_down": {
        "behavior": "The saga waits and retries at the step of the absent participant; other sagas see the intermediate state.",
        "recovery": "It resumes from its log, forward or by compensation."
      }
    },
    "performance": {
      "messageFormula": "2n for n steps",
      "latency": "The sum of its steps.",
      "throughput": "No lock is held across steps, so participants are not coupled.",
      "availability": "Each step needs only its own participant."
    },
    "implementations": [
      "Temporal",
      "AWS Step Functions",
      "Apache Camel Saga EIP"
    ],
    "notFor": "Work that must not be seen half done.",
    "references": [
      "garciamolina1987"
    ]
  },
  "try-confirm-cancel": {
    "id": "try-confirm-cancel",
    "name": "Try-Confirm-Cancel",
    "problem": "transaction",
    "faultModel": "crash",
    "summary": "Every participant first reserves, then confirms or cancels the reservation; a reservation expires on its own.",
    "nodesNeeded": "all participants",
    "quorum": {
      "formula": "n (every try succeeds)",
      "intersection": "every participant is in every decision"
    },
    "safetyProperties": [
      {
        "name": "Reservation isolation",
        "statement": "A reserved resource is given to nobody else until it is confirmed, cancelled, or expires."
      }
    ],
    "proof": {
      "theorem": "All participants confirm or none does, provided that confirmation starts only after every try succeeded and ends before any reservation expires.",
      "lemma": "Confirm and cancel are idempotent and always succeed within the reservation's life.",
      "argument": [
        "The decision is logged after all tries succeeded; confirm is retried until every participant acknowledged it.",
        "A participant whose reservation expired before its confirm arrived breaks the theorem; the outcome is then mixed and must be repaired by hand or compensation."
      ],
      "restriction": "Reservations outlive the longest retry of confirm.",
      "sources": [
        {
          "reference": "helland2007",
          "section": "tentative operations, confirmation and cancellation"
        }
      ]
    },
    "liveness": [
      "Every participant answers within its reservation's life."
    ],
    "behaviors": {
      "one_down": {
        "behavior": "A failed try cancels the others. A participant down at confirm is retried until its reservation expires.",
        "recovery": "Extend reservations, or compensate those already confirmed."
      }
    },
    "performance": {
      "messageFormula": "4n for n participants",
      "latency": "Two round trips to the slowest participant.",
      "throughput": "Reservations hold resources, not locks.",
      "availability": "While all participants are up, within the life of a reservation."
    },
    "implementations": [
      "Apache Seata (TCC mode)",
      "ByteTCC"
    ],
    "notFor": "Resources that cannot be reserved.",
    "references": [
      "helland2007"
    ]
  },
  "chain-replication": {
    "id": "chain-replication",
    "name": "Chain replication",
    "problem": "replication",
    "faultModel": "crash",
    "summary": "Servers form a chain: updates enter at the head and are answered by the tail, which also serves all reads; a master repairs the chain.",
    "nodesNeeded": "n ≥ f + 1, and a master that is fault-tolerant itself",
    "quorum": {
      "formula": "n for updates, 1 (the tail) for reads",
      "intersection": "every acknowledged update is on every server of the chain, the tail among them"
    },
    "safetyProperties": [
      {
        "name": "Update propagation",
        "statement": "For servers i before j in the chain, the history of j is a prefix of that of i: Hist_j ⪯ Hist_i."
      },
      {
        "name": "Linearizability",
        "statement": "Reads and updates of one object take effect one at a time, in the order in which the tail handles them."
      }
    ],
    "proof": {
      "theorem": "Every acknowledged update survives f failures of f + 1 servers, and reads see it.",
      "lemma": "Update Propagation Invariant: i ≤ j along the chain implies Hist_j ⪯ Hist_i.",
      "argument": [
        "The invariant holds at first, and when a server forwards updates in the order in which it received them over FIFO channels.",
        "When the head fails, its successor is head; when the tail fails, its predecessor is tail, whose history is longer or equal: only updates not yet acknowledged are added or lost.",
        "When a middle server fails, its predecessor first forwards Sent, the updates not yet acknowledged from the tail, which restores the invariant across the gap.",
        "The tail alone answers, so the tail's order is the linearization; what it acknowledged is in all histories."
      ],
      "restriction": "Servers are fail-stop, so the master never takes a live server for dead without stopping it; with unreliable detection epochs must fence removed servers.",
      "sources": [
        {
          "reference": "vanrenesse2004",
          "section": "§3 protocol, §3.2 coping with server failures"
        }
      ]
    },
    "liveness": [
      "At least one server and the master are up, and failures are detected."
    ],
    "behaviors": {
      "none_down": {
        "behavior": "An update passes down the whole chain before it is answered; a read asks the tail alone.",
        "recovery": "Nothing to recover."
      },
      "one_down": {
        "behavior": "Updates stop until the master took the server out of the chain; reads stop only when it was the tail.",
        "recovery": "The master links its neighbours; a new server is added behind the tail once it copied the tail's history."
      },
      "f_down": {
        "behavior": "One server remains, head and tail at once, and serves reads and updates without redundancy.",
        "recovery": "Add servers at the tail, one at a time."
      },
      "more_than_f_down": {
        "behavior": "No server remains; nothing is served.",
        "recovery": "Restore the last server of the chain from its disk, never one that was removed earlier."
      },
      "minority_partition": {
        "behavior": "Servers that the master cannot reach are taken out. A tail cut off from the master must stop answering reads, by lease or epoch, or they become stale.",
        "recovery": "Removed servers come back as new ones, behind the tail."
      },
      "slow_leader": {
        "behavior": "One slow server anywhere slows every update; reads suffer only from a slow tail.",
        "recovery": "Have the master remove it."
      }
    },
    "performance": {
      "messageFormula": "2(n − 1): n − 1 down the chain, n − 1 acknowledgements up, off the critical path",
      "latency": "n + 1 message delays for an update, from the client through all servers and back; two for a read.",
      "throughput": "Higher than with a primary that sends to all, since every server sends each update once; reads are bounded by the tail.",
      "availability": "While one server and the master are up; a failure interrupts for detection and repair."
    },
    "implementations": [
      "HDFS write pipelines",
      "Hibari",
      "3FS (CRAQ, with reads at every server)"
    ],
    "notFor": "Links across wide areas, whose delays add up along the chain; networks without a master that can fence.",
    "references": [
      "vanrenesse2004",
      "schneider1990"
    ]
  },
  "abd-register": {
    "id": "abd-register",
    "name": "ABD register",
    "problem": "replication",
    "faultModel": "crash",
    "summary": "An atomic register over majorities, without leader or consensus: a write gets a higher tag from a majority and stores at a majority; a read writes back what it is about to return.",
    "nodesNeeded": "n ≥ 2f + 1",
    "quorum": {
      "formula": "⌊n/2⌋ + 1",
      "intersection": "any two majorities share at least one replica"
    },
    "safetyProperties": [
      {
        "name": "Atomicity",
        "statement": "Reads and writes are linearizable."
      },
      {
        "name": "Tag order",
        "statement": "If an operation completed before another began, the tag of the second is not lower, and higher if it is a write."
      }
    ],
    "proof": {
      "theorem": "The register is linearizable in the order of tags, each read placed after the write whose tag it returns.",
      "lemma": "Majorities intersect, and the tag at a replica never decreases.",
      "argument": [
        "An operation that completed left its tag, or a higher one, at a majority; a write by storing, a read by writing back.",
        "The first phase of any later operation asks a majority, which by the lemma reports that tag or a higher one.",
        "A read returns the highest reported; a write chooses a tag above it, made unique by the writer's id.",
        "So tags respect real time, and without the write-back of reads two successive reads could return new, then old."
      ],
      "restriction": "Replicas keep tag and value durably, and each writer has an id of its own.",
      "sources": [
        {
          "reference": "attiya1995",
          "section": "single-writer register over majorities"
        },
        {
          "reference": "lynch1997",
          "section": "several writers and quorums"
        }
      ]
    },
    "liveness": [
      "A majority of the replicas is up and reachable; nothing else, so every operation is wait-free even without synchrony."
    ],
    "behaviors": {
      "none_down": {
        "behavior": "Every operation takes two round trips to the fastest majority; many reads find all tags equal and may skip the second.",
        "recovery": "Nothing to recover."
      },
      "one_down": {
        "behavior": "No failover is needed; operations wait for the others.",
        "recovery": "The replica restarts with its disk and gets newer values by later writes or write-backs."
      },
      "f_down": {
        "behavior": "Exactly a majority remains; reads and writes go on.",
        "recovery": "Restart replicas with their disks; one with an empty disk must copy from a majority before it answers."
      },
      "more_than_f_down": {
        "behavior": "Operations wait; none returns a wrong answer. A write under way may or may not take effect later.",
        "recovery": "Restart replicas until a majority is up."
      },
      "minority_partition": {
        "behavior": "Clients there cannot complete reads or writes.",
        "recovery": "On heal they retry."
      },
      "majority_partition": {
        "behavior": "Clients there notice nothing.",
        "recovery": "Nothing to recover."
      },
      "clock_skew": {
        "behavior": "Tags are counters and not clocks, so skew does not matter.",
        "recovery": "Nothing to recover."
      },
      "message_reordering_and_duplication": {
        "behavior": "A replica keeps the highest tag, so stale and repeated messages change nothing; answers carry the number of their phase.",
        "recovery": "None needed."
      }
    },
    "performance": {
      "messageFormula": "4n (two round trips to all n replicas)",
      "latency": "Two round trips to the fastest majority, for reads and writes alike.",
      "throughput": "No leader is a bottleneck, but every operation loads at least a majority.",
      "availability": "While a majority is up; no failover time."
    },
    "implementations": [
      "Apache Cassandra with QUORUM reads, QUORUM writes and blocking read repair (up to last-writer-wins by clock)",
      "Stateright's linearizable-register example"
    ],
    "notFor": "Compare-and-set or any read-modify-write, which need consensus.",
    "references": [
      "attiya1995",
      "lynch1997",
      "herlihy1990"
    ]
  },
  "isr-log": {
    "id": "isr-log",
    "name": "In-sync replica log (Kafka)",
    "problem": "replication",
    "faultModel": "crash",
    "summary": "A leader's log is pulled by followers; a record is committed when all in-sync replicas have it, and a replica that lags leaves that set, which a controller backed by consensus maintains.",
    "nodesNeeded": "n ≥ f + 1 replicas a partition, and a controller quorum; with min.insync.replicas = m, writes tolerate n − m failures",
    "quorum": {
      "formula": "all of the in-sync set (ISR), at least min.insync.replicas with acks=all",
      "intersection": "the next leader is chosen from the ISR, so it has every committed record"
    },
    "safetyProperties": [
      {
        "name": "No committed record is lost",
        "statement": "A record below the high watermark is in the log of every later leader elected from the ISR."
      },
      {
        "name": "Log agreement",
        "statement": "Two replicas agree on all records below the lower of their high watermarks."
      }
    ],
    "proof": {
      "theorem": "A record committed by the leader of epoch e is at the same offset in the logs of all leaders of epochs above e.",
      "lemma": "commit set ⊇ ISR, and the next leader is in the ISR.",
      "argument": [
        "The high watermark passes a record only when every member of the ISR has fetched it, so each of them holds it.",
        "The controller names a leader from the ISR it agreed on; that leader holds the record.",
        "A follower truncates to where its log departs from the leader's, found by leader epoch and end offset. Truncating to its own high watermark instead, which lags by a fetch, can lose or fork committed records.",
        "The leader shrinks or extends the ISR only with the controller's assent, so no record commits by a set that the controller does not know."
      ],
      "restriction": "Unclean leader election is off, min.insync.replicas ≥ 2 with acks=all, and requests of old leader epochs are fenced.",
      "sources": [
        {
          "reference": "wang2015",
          "section": "replication and the in-sync set"
        },
        {
          "reference": "apache2017",
          "section": "truncation by leader epoch; scenarios 1 and 2"
        }
      ]
    },
    "liveness": [
      "The controller is available, and the leader plus min.insync.replicas − 1 followers are up and keep pace."
    ],
    "behaviors": {
      "none_down": {
        "behavior": "Producers with acks=all wait until the slowest in-sync follower fetched the record.",
        "recovery": "Nothing to recover."
      },
      "one_down": {
        "behavior": "Writes wait until the failed follower is dropped from the ISR; a failed leader is replaced by another member of it.",
        "recovery": "The replica truncates by leader epoch, fetches what it lacks and rejoins the ISR."
      },
      "f_down": {
        "behavior": "With fewer than min.insync.replicas in sync, acks=all writes are refused while reads go on.",
        "recovery": "Restart brokers; the ISR grows again by itself."
      },
      "more_than_f_down": {
        "behavior": "With all of the last ISR down the partition is offline; an unclean election would lose committed records.",
        "recovery": "Bring back a member of the last ISR; elect uncleanly only when its disk is gone, and say what was lost."
      },
      "minority_partition": {
        "behavior": "A leader cut off from the controller cannot shrink its ISR, so acks=all writes do not commit there; acks=1 writes are accepted and later truncated.",
        "recovery": "On heal it learns of the higher epoch, truncates and follows."
      },
      "clock_skew": {
        "behavior": "Replication orders by epoch and offset and not by time; only retention and timestamps of records are affected.",
        "recovery": "Nothing to recover."
      },
      "slow_leader": {
        "behavior": "All writes of its partitions are slow; it keeps its role while its session with the controller lives.",
        "recovery": "Move leadership to another in-sync replica."
      },
      "crash_during_recovery": {
        "behavior": "A follower that crashes after truncation and then becomes leader is what loses records under truncation to the high watermark; by leader epoch it does not.",
        "recovery": "Restart it; it asks for the end offset of its last epoch again."
      }
    },
    "performance": {
      "messageFormula": "2(n − 1) a fetch round, for a batch",
      "latency": "One round trip to the slowest in-sync follower, and until its next fetch.",
      "throughput": "Bounded by the leader of the partition; batches and many partitions spread the load.",
      "availability": "Writes while min.insync.replicas are in sync, reads while one of the ISR is; f + 1 replicas tolerate f failures, where majorities need 2f + 1."
    },
    "implementations": [
      "Apache Kafka"
    ],
    "notFor": "Durability with min.insync.replicas = 1; latency bounded by the fastest majority.",
    "references": [
      "wang2015",
      "apache2017"
    ]
  },
  "crdt-gossip": {
    "id": "crdt-gossip",
    "name": "CRDTs with gossip",
    "problem": "replication",
    "faultModel": "crash",
    "summary": "Every replica accepts updates at once and tells its state, or the change, to random others; states form a join-semilattice, so merging in any order converges.",
    "nodesNeeded": "n ≥ 1; n ≥ f + 1 copies survive f failures once an update has spread",
    "quorum": {
      "formula": "1 (any replica)",
      "intersection": "none needed: merge takes the place of agreement"
    },
    "safetyProperties": [
      {
        "name": "Strong eventual consistency",
        "statement": "Replicas that received the same set of updates are in equal states."
      },
      {
        "name": "Monotonicity",
        "statement": "A replica's state only grows in the order of the semilattice."
      }
    ],
    "proof": {
      "theorem": "Replicas that delivered the same updates have equal states, whatever the order and number of merges.",
      "lemma": "The merge ⊔ is commutative, associative and idempotent, and every update is an inflation: s ⊑ u(s).",
      "argument": [
        "By the lemma a state is the least upper bound of the updates merged into it; bounds do not depend on order or repetition.",
        "Hence reordered, repeated or lost messages cannot make states depart for good; loss only delays.",
        "Gossip of whole states, or of deltas with retransmission, brings every update to every connected replica with probability one."
      ],
      "restriction": "Replica ids are unique and never reused after a disk was lost, or counters and dots of two lives collide.",
      "sources": [
        {
          "reference": "shapiro2011",
          "section": "state-based objects and strong eventual consistency"
        },
        {
          "reference": "demers1987",
          "section": "anti-entropy and rumour mongering"
        }
      ]
    },
    "liveness": [
      "Every pair of replicas is connected again and again, directly or through others."
    ],
    "behaviors": {
      "none_down": {
        "behavior": "Updates are acknowledged at once and spread to all in O(log n) rounds of gossip, in expectation.",
        "recovery": "Nothing to recover."
      },
      "one_down": {
        "behavior": "The others go on; updates that only the failed replica had wait for it, and are lost with its disk.",
        "recovery": "It merges with any other replica; with an empty disk it takes a new id."
      },
      "f_down": {
        "behavior": "Every replica left goes on reading and writing.",
        "recovery": "As for one."
      },
      "minority_partition": {
        "behavior": "Both sides accept reads and writes and diverge.",
        "recovery": "On heal they merge; nothing is discarded that the type does not discard."
      },
      "majority_partition": {
        "behavior": "As the minority.",
        "recovery": "As the minority."
      },
      "clock_skew": {
        "behavior": "Types that count or use dots are immune; a last-writer-wins register loses the write of the slower clock.",
        "recovery": "Use hybrid logical clocks, or a multi-value register."
      },
      "message_reordering_and_duplication": {
        "behavior": "Harmless for states; deltas must be joined in causal order or carry their interval, and operation-based types need causal delivery exactly once.",
        "recovery": "None needed."
      }
    },
    "performance": {
      "messageFormula": "fanout messages a replica a round",
      "latency": "None for the client; staleness is the time to spread, about log₂ n rounds.",
      "throughput": "Grows with the replicas until merging every update everywhere fills them; states grow by metadata and tombstones.",
      "availability": "While one replica is up."
    },
    "implementations": [
      "Riak data types",
      "Redis Enterprise Active-Active",
      "Akka Distributed Data",
      "Automerge"
    ],
    "notFor": "Invariants over several replicas such as uniqueness or a balance that must not go below zero.",
    "references": [
      "shapiro2011",
      "demers1987"
    ]
  },
  "lease-lock": {
    "id": "lease-lock",
    "name": "Lease lock",
    "problem": "transaction",
    "faultModel": "crash",
    "summary": "A lock granted for a time by a lock service, or by a majority of independent stores (Redlock); fencing tokens make late holders harmless.",
    "nodesNeeded": "n ≥ 2f + 1 stores, or a lock service on consensus",
    "quorum": {
      "formula": "⌊n/2⌋ + 1 stores for Redlock; the quorum of the service else",
      "intersection": "two majorities share a store, which grants the lock once until it expires"
    },
    "safetyProperties": [
      {
        "name": "Mutual exclusion",
        "statement": "At most one client believes to hold the lock at a time. Holds only within the bounds on clocks and pauses."
      },
      {
        "name": "Fencing",
        "statement": "The protected resource accepts no write with a token lower than one it has seen; holds without any bound."
      }
    ],
    "proof": {
      "theorem": "With tokens that grow with every grant and are checked by the resource, no write of an earlier holder is accepted after one of a later holder.",
      "lemma": "Grants are ordered: the service gives each a token greater than all before.",
      "argument": [
        "A holder whose lease expired in a pause cannot know it at the moment it writes, so exclusion alone cannot be enforced by the holder.",
        "The resource remembers the greatest token seen and refuses lower ones; a later holder has a greater token by the lemma.",
        "Without tokens exclusion needs: message delay, pauses and clock drift together stay below the time left of the lease."
      ],
      "restriction": "Redlock gives no growing token, and a store that forgets a grant at restart, or whose clock jumps, breaks exclusion.",
      "sources": [
        {
          "reference": "gray1989",
          "section": "leases and the clock assumptions"
        },
        {
          "reference": "burrows2006",
          "section": "§2.4 locks and sequencers"
        },
        {
          "reference": "kleppmann2016",
          "section": "fencing tokens; timing assumptions of Redlock"
        }
      ]
    },
    "liveness": [
      "The lock service, or a majority of the stores, is up; the lease of a crashed holder expires."
    ],
    "behaviors": {
      "none_down": {
        "behavior": "One holder at a time, which renews well before its lease ends.",
        "recovery": "Nothing to recover."
      },
      "one_down": {
        "behavior": "A crashed holder blocks the others until its lease expires; a crashed store is outvoted.",
        "recovery": "Wait for the lease to expire; restart a store only after the longest lease, or with its grants on disk."
      },
      "f_down": {
        "behavior": "A majority of the stores still grants; one more failure stops new grants.",
        "recovery": "Restart stores one at a time, after the longest lease."
      },
      "more_than_f_down": {
        "behavior": "No lock is granted or renewed; holders must stop when their lease ends.",
        "recovery": "Restore the service, wait for the longest lease, then grant."
      },
      "minority_partition": {
        "behavior": "A holder there cannot renew and must stop by its own clock, before the service grants the lock to another.",
        "recovery": "It asks for the lock again and gets a greater token."
      },
      "clock_skew": {
        "behavior": "A holder with a slow clock, or a store with a fast one or one that jumps, makes two holders.",
        "recovery": "Measure with monotonic clocks, allow for drift, and check tokens at the resource."
      },
      "slow_leader": {
        "behavior": "A paused holder wakes after its lease ended and writes; only the token stops it.",
        "recovery": "Refuse its token at the resource, and make it ask again."
      }
    },
    "performance": {
      "messageFormula": "2n to acquire and 2n to release, for n stores",
      "latency": "One round trip to the service, or to the majority of the stores.",
      "throughput": "One holder a lock; contention costs retries with jitter.",
      "availability": "While the service is up; after a holder crashed, one lease without progress."
    },
    "implementations": [
      "Google Chubby",
      "etcd leases",
      "ZooKeeper ephemeral nodes",
      "Redis Redlock"
    ],
    "notFor": "Correctness without fencing tokens; a lock that only saves double work needs one store and no more.",
    "references": [
      "gray1989",
      "burrows2006",
      "kleppmann2016"
    ]
  },
  "three-phase-commit": {
    "id": "three-phase-commit",
    "name": "Three-phase commit",
    "problem": "transaction",
    "faultModel": "crash",
    "summary": "Two-phase commit with a prepared-to-commit phase between vote and decision, so that participants can decide without a crashed coordinator, provided that failures are detected without error.",
    "nodesNeeded": "all participants to commit; any one that survives can decide",
    "quorum": {
      "formula": "n (unanimous)",
      "intersection": "every participant is in every decision"
    },
    "safetyProperties": [
      {
        "name": "Atomic commitment",
        "statement": "No two participants decide differently. Guaranteed without partitions and with bounded delays only."
      },
      {
        "name": "Non-blocking",
        "statement": "Participants that are up decide even if the coordinator and others are down."
      }
    ],
    "proof": {
      "theorem": "With fail-stop sites and synchronous links, all participants that decide, decide alike, and those that are up decide.",
      "lemma": "No state has both a commit and an abort state concurrent with it, and no uncertain state is concurrent with a commit state (the fundamental non-blocking theorem).",
      "argument": [
        "A participant commits only after every one was told to prepare to commit, so while one is uncertain none has committed.",
        "When the coordinator fails the survivors compare states: if one is prepared to commit or committed they commit, after bringing all to that state; otherwise they abort.",
        "In the second case nobody committed, by the lemma; in the first nobody aborted, since all had voted yes."
      ],
      "restriction": "A partition with a prepared-to-commit site on one side and only uncertain ones on the other makes the sides decide differently; quorum-based commit or Paxos Commit avoid that.",
      "sources": [
        {
          "reference": "skeen1981",
          "section": "non-blocking theorem and the three-phase protocol"
        }
      ]
    },
    "liveness": [
      "One participant is up, and detection of failures is accurate and timely."
    ],
    "behaviors": {
      "none_down": {
        "behavior": "Three rounds, then commit.",
        "recovery": "Nothing to recover."
      },
      "one_down": {
        "behavior": "A participant down before its vote aborts the transaction; a coordinator down is replaced and the survivors decide by their states.",
        "recovery": "The node asks the others for the decision before it serves again."
      },
      "minority_partition": {
        "behavior": "Each side takes the other for crashed and decides alone; they may decide differently, which breaks atomicity.",
        "recovery": "Find transactions decided both ways and repair them by hand or by compensation; use consensus for the decision instead."
      },
      "clock_skew": {
        "behavior": "Timeouts stand for failure detection; a clock that runs fast takes live nodes for dead, with the effect of a partition.",
        "recovery": "As for a partition."
      },
      "message_reordering_and_duplication": {
        "behavior": "A message later than the timeout acts like a partition; repeated ones are ignored by state.",
        "recovery": "As for a partition, if a decision was taken meanwhile."
      }
    },
    "performance": {
      "messageFormula": "6(n − 1) with all acknowledgements, for n nodes with the coordinator",
      "latency": "Three round trips to the slowest participant, with a forced write in each.",
      "throughput": "Lower than with two-phase commit, since locks are held one round longer.",
      "availability": "Does not block on crashes; all participants are needed to commit."
    },
    "implementations": [
      "Textbooks and teaching systems; production systems prefer two-phase commit over consensus groups"
    ],
    "notFor": "Networks that can partition or delay without bound, which is to say most.",
    "references": [
      "skeen1981",
      "gray1978"
    ]
  }
};

export type FailureModeId = 
  | "split-brain"
  | "data-divergence"
  | "leader-flapping"
  | "deadlock"
  | "stale-reads"
  | "leader-corruption";

export const FAILURE_MODES: Readonly<Record<FailureModeId, FailureMode>> = {
  "split-brain": {
    "id": "split-brain",
    "name": "Split-brain",
    "symptoms": [
      "Two nodes report themselves leader or primary at the same time.",
      "Writes are acknowledged on both sides of a partition."
    ],
    "causes": [
      "A network partition while a side without a quorum may stay or become leader.",
      "Failover by timeout without fencing, so the old primary does not know it was replaced.",
      "An even split of an even number of votes decided by hand or by a misconfigured tie-breaker."
    ],
    "resolutions": [
      "Require a quorum of ⌊n/2⌋ + 1 for every decision, so that at most one side acts.",
      "Fence the old leader (STONITH, or a token that grows with every leader and is checked by the storage).",
      "Add a witness in a third location where only two sites exist."
    ],
    "recovery": [
      "Identify the minority, or the side that was not authorised.",
      "Fence it, so that it accepts nothing more.",
      "Verify the integrity of the majority's data.",
      "Save what the minority acknowledged, for reconciliation.",
      "Rejoin its nodes as followers, from a snapshot of the majority."
    ],
    "references": [
      "gilbert2002",
      "ongaro2014"
    ]
  },
  "data-divergence": {
    "id": "data-divergence",
    "name": "Data divergence",
    "symptoms": [
      "Replicas return different values for the same key after updates stopped.",
      "Checksums or Merkle trees of replicas differ."
    ],
    "causes": [
      "Asynchronous replication, and a failover within the lag.",
      "Concurrent writes on both sides of a partition of an available (AP) system.",
      "Non-deterministic commands in a replicated state machine."
    ],
    "resolutions": [
      "Resolve conflicts deliberately, by CRDT or application merge; last-writer-wins loses updates.",
      "Replicate synchronously to at least one other node where loss is not acceptable.",
      "Run anti-entropy, and alert on what it repairs."
    ],
    "recovery": [
      "Choose the authoritative history, from a quorum where there is one.",
      "List the differing keys and keep both versions.",
      "Merge or discard by rule, and record what was discarded.",
      "Rebuild the other replicas and compare checksums."
    ],
    "references": [
      "decandia2007",
      "shapiro2011"
    ]
  },
  "leader-flapping": {
    "id": "leader-flapping",
    "name": "Leader flapping",
    "symptoms": [
      "The term or view number grows steadily.",
      "Writes fail in bursts about an election timeout long."
    ],
    "causes": [
      "An unstable or slow network, so that heartbeats arrive after the election timeout.",
      "Election timeouts too close to the round-trip time, or with too little randomness.",
      "Disk stalls or garbage-collection pauses on the leader."
    ],
    "resolutions": [
      "Lengthen the election timeout to at least ten round-trip times, and widen its random range.",
      "Enable PreVote and leader stickiness, so that a reconnecting node does not depose a healthy leader.",
      "Give the log its own fast disk."
    ],
    "recovery": [
      "Isolate the node whose link or disk is bad.",
      "Let one leader stay for several election timeouts, and check that all followers catch up."
    ],
    "references": [
      "ongaro2014dissertation",
      "howard2015"
    ]
  },
  "deadlock": {
    "id": "deadlock",
    "name": "Distributed deadlock",
    "symptoms": [
      "Requests wait for locks and none finishes.",
      "Lock wait times reach their timeout on several nodes together."
    ],
    "causes": [
      "Distributed locks taken in different orders.",
      "A lock holder that crashed or is cut off, with a lock that has no expiry.",
      "Prepared transactions whose coordinator is down."
    ],
    "resolutions": [
      "Give every lock a timeout, and retry the whole operation with jitter.",
      "Take locks in one global order.",
      "Give lock holders a fencing token, so that an expired holder cannot write."
    ],
    "recovery": [
      "Find the cycle or the absent holder.",
      "Abort the youngest participant, or release the expired lock after fencing its holder.",
      "Decide in-doubt transactions from the coordinator's log, not by guess."
    ],
    "references": [
      "gray1978",
      "skeen1981"
    ]
  },
  "stale-reads": {
    "id": "stale-reads",
    "name": "Stale reads",
    "symptoms": [
      "A client does not see its own write.",
      "Successive reads go back in time."
    ],
    "causes": [
      "Reads from followers behind by the replication lag.",
      "Read and write quorums that do not overlap, R + W ≤ N.",
      "A deposed leader that still serves reads from its lease."
    ],
    "resolutions": [
      "Route reads that must be fresh to the leader, with ReadIndex or a sound lease.",
      "Read from a quorum with read-repair.",
      "Carry a session token, and let a replica wait until it has caught up to it."
    ],
    "recovery": [
      "Take replicas out of rotation whose lag exceeds the bound.",
      "Re-read from the leader what was decided on stale data."
    ],
    "references": [
      "terry1994",
      "bailis2012"
    ]
  },
  "leader-corruption": {
    "id": "leader-corruption",
    "name": "Corruption on the leader",
    "symptoms": [
      "Checksum errors in the leader's log or data files.",
      "The leader's state differs from that of a majority at the same log position."
    ],
    "causes": [
      "Silent disk errors, a torn write, or memory errors.",
      "A software defect that applied a command wrongly."
    ],
    "resolutions": [
      "Keep checksums on log entries and snapshots, and verify them on read.",
      "Compare state hashes of replicas at fixed log positions."
    ],
    "recovery": [
      "Demote the leader, and keep it out of elections.",
      "Elect a healthy replica whose log is complete.",
      "Restore the corrupt node from a snapshot of a healthy one, not from its own disk.",
      "Rejoin it as a follower, and verify its state hash before it may lead."
    ],
    "references": [
      "schneider1990",
      "castro2002"
    ]
  }
};

export const GLOSSARY: readonly GlossaryEntry[] = [
  {
    "term": "ballot",
    "definition": "Number of one attempt to choose a value in Paxos; ballots are totally ordered and never shared by two proposers.",
    "references": [
      "lamport2001"
    ]
  },
  {
    "term": "Byzantine failure",
    "definition": "A failed node may do anything: stay silent, lie, or tell different nodes different things.",
    "references": [
      "lamport1982"
    ]
  },
  {
    "term": "CAP",
    "definition": "While the network is partitioned, no system can be both linearizable and available at every node.",
    "references": [
      "gilbert2002"
    ]
  },
  {
    "term": "capacity",
    "definition": "Highest rate of operations a quorum system can serve: the inverse of its load.",
    "references": [
      "naor1998"
    ]
  },
  {
    "term": "causal consistency",
    "definition": "Operations that are causally related are seen by everybody in that order; concurrent ones may be seen in different orders.",
    "references": [
      "lamport1978"
    ]
  },
  {
    "term": "commitIndex",
    "definition": "Highest log index that a Raft server knows to be committed.",
    "references": [
      "ongaro2014"
    ]
  },
  {
    "term": "consensus",
    "definition": "Agreement of nodes on one value, such that the value was proposed, no two nodes decide differently, and every correct node decides.",
    "references": [
      "fischer1985"
    ]
  },
  {
    "term": "coterie",
    "definition": "A set of quorums that pairwise intersect, none of which contains another.",
    "references": [
      "garciamolina1985"
    ]
  },
  {
    "term": "crash failure",
    "definition": "A failed node stops and says nothing wrong; it may restart with what it stored durably."
  },
  {
    "term": "CRDT",
    "definition": "Data type whose concurrent updates merge to the same value in every order, by a join or by commuting operations.",
    "references": [
      "shapiro2011"
    ]
  },
  {
    "term": "dissemination quorum system",
    "definition": "Byzantine quorum system for self-verifying (signed) data: two quorums share at least one correct node; n is at least 3f + 1.",
    "references": [
      "malkhi1998"
    ]
  },
  {
    "term": "dual",
    "definition": "The smallest sets that meet every quorum of a system; or becomes and, choose(k of n) becomes choose(n - k + 1 of n).",
    "references": [
      "whittaker2021"
    ]
  },
  {
    "term": "election timeout",
    "definition": "Time without a heartbeat after which a follower becomes a candidate; randomised so that elections rarely tie.",
    "references": [
      "ongaro2014"
    ]
  },
  {
    "term": "eventual consistency",
    "definition": "When updates stop, all replicas converge to the same value; nothing is said about when.",
    "references": [
      "decandia2007"
    ]
  },
  {
    "term": "failure detector",
    "definition": "Component that suspects nodes of having failed; it trades the time to detect against false suspicions.",
    "references": [
      "chandra1996"
    ]
  },
  {
    "term": "failure tolerance",
    "definition": "Number of node failures, f, that a system survives whatever nodes fail; also called resilience."
  },
  {
    "term": "fencing",
    "definition": "Making sure that a deposed leader can do no more harm: cutting it off (STONITH), or rejecting its older token at the storage."
  },
  {
    "term": "Flexible Paxos",
    "definition": "Paxos in which only phase-1 and phase-2 quorums need to intersect, so phase-2 quorums may be smaller than majorities.",
    "references": [
      "howard2016"
    ]
  },
  {
    "term": "FLP",
    "definition": "No deterministic protocol solves consensus in an asynchronous system if a single node may crash.",
    "references": [
      "fischer1985"
    ]
  },
  {
    "term": "heartbeat",
    "definition": "Message by which a leader shows that it is alive, before an election timeout passes.",
    "references": [
      "ongaro2014"
    ]
  },
  {
    "term": "hybrid failure model",
    "definition": "Some failures are crashes and some Byzantine; for b Byzantine and c crash failures 3b + 2c + 1 nodes are needed.",
    "references": [
      "clement2009"
    ]
  },
  {
    "term": "lease",
    "definition": "Right that ends at a known time, such as to serve reads locally; safe only while clock drift stays in its bound."
  },
  {
    "term": "linearizability",
    "definition": "Every operation appears to take effect at one instant between its invocation and its response.",
    "references": [
      "herlihy1990"
    ]
  },
  {
    "term": "liveness",
    "definition": "Something good eventually happens, such as a decision."
  },
  {
    "term": "load",
    "definition": "Access probability of the busiest node under the best strategy; weighted by capacity, seconds of work per operation.",
    "references": [
      "naor1998"
    ]
  },
  {
    "term": "masking quorum system",
    "definition": "Byzantine quorum system for unsigned data: two quorums share at least 2f + 1 nodes; n is at least 4f + 1.",
    "references": [
      "malkhi1998"
    ]
  },
  {
    "term": "opaque quorum system",
    "definition": "Byzantine quorum system whose clients need not know which failures are possible; its load is above one half.",
    "references": [
      "malkhi1998"
    ]
  },
  {
    "term": "operational transformation",
    "definition": "Rewriting concurrent edits against each other so that all replicas reach the same text.",
    "references": [
      "ellis1989"
    ]
  },
  {
    "term": "PACELC",
    "definition": "If partitioned, choose availability or consistency; else, choose latency or consistency.",
    "references": [
      "abadi2012"
    ]
  },
  {
    "term": "partial synchrony",
    "definition": "Message delay is bounded, but the bound is unknown or holds only from some moment on.",
    "references": [
      "dwork1988"
    ]
  },
  {
    "term": "partition",
    "definition": "Network failure that splits the nodes into groups which cannot talk to each other."
  },
  {
    "term": "quorum",
    "definition": "Set of nodes whose agreement is enough for an operation; any two that must see each other intersect.",
    "references": [
      "gifford1979",
      "naor1998"
    ]
  },
  {
    "term": "quorum system",
    "definition": "The read quorums and write quorums of a system; every read quorum meets every write quorum.",
    "references": [
      "whittaker2021"
    ]
  },
  {
    "term": "read-repair",
    "definition": "A reader that sees different versions writes the newest back to the replicas that are behind.",
    "references": [
      "decandia2007"
    ]
  },
  {
    "term": "replication lag",
    "definition": "How far a replica is behind the primary, in time or in log positions; it bounds what asynchronous failover loses."
  },
  {
    "term": "resilience",
    "definition": "Largest number of nodes whose failure, whichever they are, still leaves a quorum.",
    "references": [
      "whittaker2021"
    ]
  },
  {
    "term": "safety",
    "definition": "Nothing bad ever happens, such as two different decisions."
  },
  {
    "term": "sequential consistency",
    "definition": "All operations appear in one order that keeps each process's own order, though not real time."
  },
  {
    "term": "session guarantees",
    "definition": "Read your writes, monotonic reads, writes follow reads, monotonic writes: promises to one client of a weakly consistent store.",
    "references": [
      "terry1994"
    ]
  },
  {
    "term": "split-brain",
    "definition": "Two nodes act as leader at the same time, and both are believed."
  },
  {
    "term": "state machine replication",
    "definition": "Replicas that start alike and apply the same deterministic commands in the same order stay alike.",
    "references": [
      "schneider1990"
    ]
  },
  {
    "term": "strategy",
    "definition": "Probability with which each quorum is contacted; the best one minimises load, network traffic or latency.",
    "references": [
      "naor1998",
      "whittaker2021"
    ]
  },
  {
    "term": "term",
    "definition": "Raft's logical time: a number that grows with every election and has at most one leader.",
    "references": [
      "ongaro2014"
    ]
  },
  {
    "term": "vector clock",
    "definition": "A counter a node; of two versions one precedes the other if it is smaller in every counter, else they are concurrent.",
    "references": [
      "decandia2007"
    ]
  },
  {
    "term": "view",
    "definition": "Period with one fixed primary in Viewstamped Replication and PBFT; a view change starts the next.",
    "references": [
      "oki1988",
      "castro1999"
    ]
  },
  {
    "term": "weighted voting",
    "definition": "Nodes have votes; r and w votes are needed with r + w > V for reads to see writes and 2w > V for writes to be ordered.",
    "references": [
      "gifford1979"
    ]
  },
  {
    "term": "witness",
    "definition": "Node that votes but stores no data; it breaks ties at low cost and preserves nothing.",
    "references": [
      "paris1986"
    ]
  }
];

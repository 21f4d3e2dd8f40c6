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
  | "hayashibara2004";

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
  }
};

export interface ProtocolCards {
  readonly "raft": ConsensusCard;
  readonly "multi-paxos": ConsensusCard;
  readonly "viewstamped-replication": ConsensusCard;
  readonly "pbft": ConsensusCard;
  readonly "primary-backup": ProtocolCard;
  readonly "dynamo-quorums": ProtocolCard;
  readonly "two-phase-commit": ProtocolCard;
  readonly "saga": ProtocolCard;
  readonly "try-confirm-cancel": ProtocolCard;
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

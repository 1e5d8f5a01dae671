//! The survey domain: what a question is, who may be asked, what an answer means and how sure a score is.

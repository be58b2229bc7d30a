//! Volume Lab
